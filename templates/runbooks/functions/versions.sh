in_query() {
  printf %s "$1" | sed 's|/|%2F|g; s|+|%2B|g; s|=|%3D|g'
}
entries() {
  tr '\n<' ' \n' < "$1" | awk '
    /^(Version|Contents)>/ { key = put = ""; id = "none" }
    /^Key>/ { key = substr($0, 5) }
    /^LastModified>/ { put = substr($0, 14, 19) "Z" }
    /^VersionId>/ { id = substr($0, 11) }
    /^\/(Version|Contents)>/ && key ~ /^[A-Za-z0-9._\/-]+$/ {
      print put, key, id ~ /^[A-Za-z0-9._\/+=~-]+$/ ? id : "?"
      key = ""
    }'
}
is_longer() {
  grep -q '<IsTruncated>true<' "$1"
}
