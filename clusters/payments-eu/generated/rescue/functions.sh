[ -z "${ZSH_VERSION-}" ] || emulate sh
set -eu
umask 077
STOPPED=
trap 'CODE=$?; [ "$CODE" = 0 ] || [ -n "$STOPPED" ] ||
  echo "STOP: the last command failed (exit code $CODE)"' EXIT
ok() {
  echo "OK: $*"
}
stop() {
  STOPPED=1
  echo "STOP: $*"
  exit 1
}
confirm() {
  printf '%s\nType %s to continue: ' "$2" "$1"
  read -r ANSWER || ANSWER=
  [ "$ANSWER" = "$1" ] || stop "nothing was changed: that is not $1"
}
during() {
  WHAT=$1
  shift
  "$@" &
  CHILD=$!
  WAITED=0
  while kill -0 "$CHILD" 2> /dev/null; do
    sleep 1
    WAITED=$((WAITED + 1))
    [ $((WAITED % 20)) -ne 0 ] || echo "... $WHAT: $WAITED s"
  done
  wait "$CHILD"
}
wait_for() {
  WHAT=$1
  LIMIT=$2
  shift 2
  BEGUN=$(date +%s)
  NEXT_LINE=0
  until "$@" > answer 2>&1; do
    WAITED=$(($(date +%s) - BEGUN))
    if [ "$WAITED" -ge "$LIMIT" ]; then
      cat answer
      stop "$WHAT: not within $LIMIT s"
    fi
    if [ "$WAITED" -ge "$NEXT_LINE" ]; then
      echo "... $WHAT: $WAITED s of $LIMIT s: $(tail -n 1 answer)"
      NEXT_LINE=$((WAITED + 15))
    fi
    sleep 5
  done
}
setting() {
  case $2 in
  *[!]A-Za-z0-9._:/@+=,[\ -]*) stop "unexpected characters in $1" ;;
  esac
  printf "%s='%s'\n" "$1" "$2"
}
remember() {
  setting "$1" "$2" >> state
}
