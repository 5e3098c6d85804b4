#!/bin/sh
# Runs the steps of the recovery pages on this machine, one phase at a time, and keeps a record of what was done.
#
# Reads   cluster, steps/, functions.sh, SHA256SUMS, KIT and bin/ beside this file
# Writes  rescue-state, rescue-log and rescue-lock, and what the steps write, in the working folder of the pages
set -eu
umask 077

usage() {
  cat <<'END'
kedge-rescue [OPTIONS] PROCEDURE PHASE    run a phase of a procedure on this machine
kedge-rescue [OPTIONS] status             what was done here, by whom, and what is next
kedge-rescue end                          end the step that runs here
kedge-rescue --who NAME hold              keep this machine for NAME's runs, until stdin ends

A host of a control plane needs no option, but for one of them: --first.
  --first          this is the ONE host of the page, the same one throughout
  --replacement    this host replaces a lost one
  --workstation    this is the administrator's workstation
  --only STEP      this step of the phase, and no other one
  --store NAME     where snapshots are read from, if there are several places
  --again          with --only: also where the step is done
  --show           print the shell of the phase
  --dry-run        list the steps that would run
  --who NAME       who runs it; also prints lines for programs
END
  list_procedures
}

list_procedures() {
  [ -n "${PROCEDURES-}" ] || return 0
  echo
  for NAME in $PROCEDURES; do
    echo "$NAME: $(phases_of "$NAME")"
  done
}

misused() {
  usage >&2
  printf 'STOP %s\n' "$1"
  exit 2
}

say() {
  printf '%s\n' "$*"
  [ -z "${LOGGED-}" ] || printf '%s\n' "$*" >> rescue-log
}

# A terminal shows the newline that is typed; a pipe does not.
ask() {
  printf '%s: ' "$1"
  read -r ANSWER || ANSWER=
  [ -t 0 ] || echo
}

refuse() {
  say "STOP $*"
  exit 1
}

now() {
  date -u +%Y-%m-%dT%H:%M:%SZ
}

steps_of() {
  eval "printf '%s\n' \"\$$(echo "$1" | tr - _)\""
}

phases_of() {
  steps_of "$1" | tr ' ' '\n' | cut -d : -f 1 | uniq | tr '\n' ' '
}

# An entry is phase:slug:place:kind, with :meanwhile behind what is done while the step before waits.
read_entry() {
  PHASE_OF=${1%%:*}
  REST=${1#*:}
  SLUG=${REST%%:*}
  REST=${REST#*:}
  PLACE=${REST%%:*}
  KIND=${REST#*:}
  MEANWHILE=
  case $KIND in
  *:meanwhile) MEANWHILE=yes ;;
  esac
  KIND=${KIND%%:*}
}

has() {
  case " $1 " in
  *" $2 "*) ;;
  *) return 1 ;;
  esac
}

has_one() {
  [ "${1#* }" = "$1" ]
}

is_here() {
  case $1:$ROLE in
  workstation:workstation | replacement:replacement | any_member:first) ;;
  each_member:first | each_member:member | remaining_members:member) ;;
  *) return 1 ;;
  esac
}

where() {
  case $1 in
  workstation) echo "the workstation" ;;
  replacement) echo "the host that replaces the lost one" ;;
  any_member) echo "the first host" ;;
  each_member) echo "every host" ;;
  *) echo "every other host" ;;
  esac
}

digest_of() {
  sha256sum < "$KIT_HERE/steps/$1.sh" | sed 's/^\([0-9a-f]*\).*/sha256:\1/'
}

check_kit() {
  [ "$(sha256sum < SHA256SUMS | cut -d ' ' -f 1)" = "$(cat KIT)" ] &&
    sha256sum -c SHA256SUMS > /dev/null 2>&1 || return 1
  [ ! -d bin ] || (cd bin && sha256sum -c SHA256SUMS > /dev/null 2>&1)
}

# The last record of a step: procedure, step, digest, start, end, result, who.
last_record() {
  [ -e rescue-state ] || return 0
  awk -v p="$PROCEDURE" -v s="$1" \
    'NF == 7 && $1 == p && $2 == s { last = $0 } END { print last }' rescue-state
}

field() {
  echo "$2" | cut -d ' ' -f "$1"
}

is_done() {
  RECORD=$(last_record "$1")
  [ "$(field 6 "$RECORD")" = ok ]
}

# A line that a crash has torn must not swallow the next one.
write_record() {
  [ ! -s rescue-state ] || [ -z "$(tail -c 1 rescue-state)" ] ||
    echo >> rescue-state
  printf '%s %s %s %s %s %s %s\n' \
    "$PROCEDURE" "$1" "$2" "$3" "$4" "$5" "$WHO" >> rescue-state
}

started_at() {
  sed 's/.*) //' "/proc/$1/stat" 2> /dev/null | cut -d ' ' -f 20
}

# A process by its number and, as numbers are used again, its start where the system tells it.
lives() {
  kill -0 "$1" 2> /dev/null &&
    { [ -z "$2" ] || [ "$2" = - ] || [ "$(started_at "$1")" = "$2" ]; }
}

mark() {
  STARTED=$(started_at "$1")
  echo "$1 ${STARTED:--}"
}

read_lock() {
  HELD=$(cat rescue-lock 2> /dev/null) || return 1
  # shellcheck disable=SC2086
  set -- $HELD
  HOLDER="${3-?} (since ${4-?}, process ${1-?})"
  HOLDER_NAME=${3-}
  HELD_FOR=${5-}
  lives "${1:-0}" "${2-}"
}

read_running_step() {
  [ -s rescue-step ] || return 1
  # shellcheck disable=SC2046
  set -- $(cat rescue-step)
  RUNNING=${1-}
  lives "${RUNNING:-0}" "${2-}"
}

# A run of the one who holds the lock for several runs needs no lock of its own.
lock() {
  if read_lock && [ "$HOLDER_NAME:$HELD_FOR" = "$WHO:runs" ] && [ "$1" = run ]; then
    refuse_beside_step
    return 0
  fi
  echo "$(mark $$) $WHO $(now) $1" > "rescue-lock.$$"
  until ln "rescue-lock.$$" rescue-lock 2> /dev/null; do
    if read_lock; then
      rm -f "rescue-lock.$$"
      refuse "another run holds the lock: $HOLDER; wait for it, or ask"
    fi
    [ -e rescue-lock ] || continue
    take_over || continue
    echo "the run of $HOLDER has ended without its result: taken over"
  done
  rm -f "rescue-lock.$$"
  LOCKED=yes
  refuse_beside_step
}

refuse_beside_step() {
  ! read_running_step ||
    refuse "a step of an interrupted run still runs, process $RUNNING: wait," \
      "or end it: kedge-rescue end"
}

# Until its stdin ends, as it does when the ssh of whoever asked for it ends.
hold() {
  lock runs
  echo "@held"
  cat > /dev/null
  unlock
  echo "OK the lock is free"
}

# Two that see the same dead holder: the one whose rename finds another lock than it has read puts that back.
take_over() {
  mv rescue-lock "rescue-lock.old.$$" 2> /dev/null || return 1
  FOUND=$(cat "rescue-lock.old.$$")
  [ "$FOUND" = "$HELD" ] || ln "rescue-lock.old.$$" rescue-lock || :
  rm -f "rescue-lock.old.$$"
  [ "$FOUND" = "$HELD" ]
}

unlock() {
  [ -z "$LOCKED" ] || rm -f rescue-lock
  LOCKED=
}

parents() {
  ps -A -o pid= -o ppid=
}

# The processes below one, the deepest first.
below() {
  for CHILD in $(parents | awk -v p="$1" '$2 == p { print $1 }'); do
    below "$CHILD"
    echo "$CHILD"
  done
}

end_step() {
  read_running_step || refuse "no step runs here"
  for PROCESS in $(below "$RUNNING") $RUNNING; do
    kill "$PROCESS" 2> /dev/null || :
  done
  echo "OK the step is ended"
}

# The shell of a step does what its block on the page does: it enters the folder, sets the values and runs the step.
# shellcheck disable=SC2016
OPEN_STEP='echo "$$ $(sed "s/.*) //" "/proc/$$/stat" 2> /dev/null |
  cut -d " " -f 20)" > rescue-step
folder=$1 kit=$2 slug=$3 store=$4; set --; '
# shellcheck disable=SC2016
FIRST_STEP='umask 077; mkdir -p "$folder"; cd "$folder"
cat "$kit/functions.sh" > functions; . ./functions; . "$kit/cluster"; '
# shellcheck disable=SC2016
LATER_STEP='cd "$folder"; . ./env; . "$kit/cluster"; '
# shellcheck disable=SC2016
STORE_STEP='for name in ENDPOINT REGION BUCKET PATH CA; do
  eval "STORE_$name=\$STORE_${store}_$name"
done; '
# shellcheck disable=SC2016
OWN_STEP='. "$kit/steps/$slug.sh"'

program_of() {
  PROGRAM=$OPEN_STEP
  if has "$PREPARES" "$1"; then
    PROGRAM=$PROGRAM$FIRST_STEP
  else
    PROGRAM=$PROGRAM$LATER_STEP
  fi
  ! has "$PER_STORE" "$1" || PROGRAM=$PROGRAM$STORE_STEP
  PROGRAM=$PROGRAM$OWN_STEP
}

# tee passes on what has no newline yet, such as a question; its -i leaves an interrupt to the step.
run_shell() {
  program_of "$1"
  rm -f rescue-code
  {
    CODE=0
    sh -eu -c "$PROGRAM" kedge-rescue \
      "$FOLDER" "$KIT_HERE" "$1" "$STORE_NUMBER" || CODE=$?
    echo "$CODE" > rescue-code
  } 2>&1 | tee -ai rescue-log || :
  hide_keys
  [ "$(cat rescue-code 2> /dev/null)" = 0 ]
}

# What joins a host to the cluster is shown, and not kept.
hide_keys() {
  grep -q -e '--token [^.]' rescue-log || return 0
  sed 's/\(--token\|--certificate-key\) [^ ]*/\1 .../g' rescue-log > rescue-log.new
  mv rescue-log.new rescue-log
}

choose_store() {
  STORE_NUMBER=
  has "$PER_STORE" "$1" || return 0
  # shellcheck disable=SC2153
  ! has_one "$STORES" || STORE=$STORES
  if [ -z "$STORE" ]; then
    ask "Type where the snapshots are read from, one of $STORES"
    STORE=$ANSWER
  fi
  COUNT=0
  for NAME in $STORES; do
    COUNT=$((COUNT + 1))
    [ "$NAME" != "$STORE" ] || STORE_NUMBER=$COUNT
  done
  [ -n "$STORE_NUMBER" ] || refuse "no store has this name: it is $STORES"
}

copy_tools() {
  [ -d "$KIT_HERE/bin" ] || return 0
  mkdir -p bin
  for TOOL in etcd etcdctl etcdutl; do
    [ ! -x "$KIT_HERE/bin/$TOOL" ] || cmp -s "$KIT_HERE/bin/$TOOL" "bin/$TOOL" ||
      cp "$KIT_HERE/bin/$TOOL" bin/
  done
}

folders_of_earlier() {
  find . -maxdepth 1 -name 'earlier-*' | sort | tail -n 1
}

# The first step of a host asks if its files are of an earlier incident, and then moves them: the records go along.
separate_incidents() {
  if [ "$ROLE" = workstation ]; then
    [ ! -e rescue-state ] || mv rescue-state "rescue-state.$(date -u +%Y%m%dT%H%M%SZ)"
  elif [ "$(folders_of_earlier)" != "$EARLIER" ]; then
    mv rescue-state "$(folders_of_earlier)/"
  fi
}

# The incident is over once its files are removed: what comes then is another one.
begin_incident() {
  for ENTRY in $(steps_of "$PROCEDURE"); do
    read_entry "$ENTRY"
    if [ "$PHASE_OF" = clean ] && is_done "$SLUG"; then
      mv rescue-state "rescue-state.$(date -u +%Y%m%dT%H%M%SZ)"
      say "the last $PROCEDURE was finished by $(field 7 "$RECORD")," \
        "$(field 5 "$RECORD"): this is another one"
    fi
  done
}

run_step() {
  has "$PREPARES" "$SLUG" || [ -s env ] ||
    refuse "the first step of this machine has not run: kedge-rescue" \
      "$OPTION$PROCEDURE $(first_phase)"
  choose_store "$SLUG"
  EARLIER=$(folders_of_earlier)
  BEGUN=$(date +%s)
  START=$(now)
  say "== $START step $NUMBER of $TOTAL: $SLUG"
  [ -z "$MACHINE" ] || echo "@step $SLUG $NUMBER/$TOTAL"
  write_record "$SLUG" "$(digest_of "$SLUG")" "$START" - running
  RESULT=ok
  run_shell "$SLUG" || RESULT=stop
  rm -f rescue-step
  if [ "$RESULT" = ok ] && has "$PREPARES" "$SLUG"; then
    separate_incidents
  fi
  write_record "$SLUG" "$(digest_of "$SLUG")" "$START" "$(now)" "$RESULT"
  [ -z "$MACHINE" ] ||
    echo "@result $SLUG $RESULT $(($(date +%s) - BEGUN))"
  if [ -n "$INTERRUPTED" ]; then
    say "STOP interrupted in step $NUMBER, $SLUG: the same command goes on"
    exit 130
  fi
  [ "$RESULT" = ok ] || refuse_step
}

refuse_step() {
  eval "FAILS=\$$(echo "$PROCEDURE" | tr - _)_fails"
  NEXT=
  for PAIR in $FAILS; do
    [ "${PAIR%%=*}" != "$SLUG" ] || NEXT=${PAIR#*=}
  done
  WHY="step $NUMBER, $SLUG, did not end with OK: see $PROCEDURE.md, step $NUMBER"
  [ -n "$NEXT" ] || refuse "$WHY; if that does not help, call whom the page names"
  FAILED=$NUMBER
  NUMBER=0
  for ENTRY in $(steps_of "$PROCEDURE"); do
    read_entry "$ENTRY"
    NUMBER=$((NUMBER + 1))
    [ "$SLUG" != "$NEXT" ] || refuse "${WHY}; then go on with step" \
      "$NUMBER, $SLUG, of the phase $PHASE_OF on $(where "$PLACE")"
  done
  refuse "$WHY (step $FAILED)"
}

first_phase() {
  for ENTRY in $(steps_of "$PROCEDURE"); do
    read_entry "$ENTRY"
    if is_here "$PLACE"; then
      echo "$PHASE_OF"
      return 0
    fi
  done
}

# Of the entries behind the one that is looked at: whether a change of this phase was made here that it led to.
led_to_change() {
  BEHIND=
  for OTHER in $(steps_of "$PROCEDURE"); do
    read_entry "$OTHER"
    if [ -n "$BEHIND" ] && [ "$PHASE_OF" = "$PHASE" ] &&
      [ "$KIND" != read-only ] && is_here "$PLACE" && is_done "$SLUG"; then
      read_entry "$ENTRY"
      return 0
    fi
    [ "$OTHER" != "$ENTRY" ] || BEHIND=yes
  done
  read_entry "$ENTRY"
  return 1
}

needs_no_run() {
  [ -z "$AGAIN" ] && is_done "$SLUG" || return 1
  [ "$KIND" != read-only ] || led_to_change || return 1
  is_done "$SLUG"
}

check_digests() {
  for ENTRY in $(steps_of "$PROCEDURE"); do
    read_entry "$ENTRY"
    [ "$KIND" != read-only ] || [ "$PHASE_OF" != "$PHASE" ] || continue
    ! is_done "$SLUG" || [ "$(field 3 "$RECORD")" = "$(digest_of "$SLUG")" ] ||
      refuse "$SLUG was done here by another kit, $(field 5 "$RECORD") by" \
        "$(field 7 "$RECORD"): go on with that kit, or paste from that page"
  done
}

await_others() {
  [ -n "$OTHERS" ] && [ -z "$ONLY" ] || return 0
  printf 'These come before, on other machines:\n'
  for OTHER in $OTHERS; do
    echo "  ${OTHER%%@*} on $(where "${OTHER#*@}")"
  done
  ask "Type done when they are done"
  [ "$ANSWER" = "done" ] || refuse "$SLUG waits for them"
}

# Calls its argument for each step of the phase on this machine; OTHERS are those before it on other machines.
for_each_step() {
  NUMBER=0
  OTHERS=
  FOUND=
  for ENTRY in $(steps_of "$PROCEDURE"); do
    NUMBER=$((NUMBER + 1))
    read_entry "$ENTRY"
    [ "$PHASE_OF" = "$PHASE" ] || continue
    if ! is_here "$PLACE"; then
      [ -n "$MEANWHILE" ] || OTHERS="$OTHERS $SLUG@$PLACE"
    elif [ -z "$ONLY" ] || [ "$ONLY" = "$SLUG" ]; then
      FOUND=yes
      "$1"
    fi
  done
}

take_step() {
  if needs_no_run; then
    say "step $NUMBER of $TOTAL, $SLUG: done at $(field 5 "$RECORD")" \
      "by $(field 7 "$RECORD")"
    [ -z "$MACHINE" ] || echo "@result $SLUG skipped 0"
  else
    await_others
    run_step
  fi
  OTHERS=
}

list_step() {
  WHAT="would run"
  ! needs_no_run || WHAT="done at $(field 5 "$RECORD") by $(field 7 "$RECORD")"
  echo "step $NUMBER of $TOTAL, $SLUG, $KIND: $WHAT"
}

values_of() {
  while IFS= read -r LINE; do
    ! grep -q "\$${LINE%%=*}\b" "$KIT_HERE/steps/$1.sh" || echo "$LINE"
  done < "$KIT_HERE/cluster"
}

show_step() {
  echo "# step $NUMBER of $TOTAL: $SLUG, $KIND, on $(where "$PLACE")"
  echo '( set -eu'
  if has "$PREPARES" "$SLUG"; then
    printf 'umask 077\nmkdir -p "%s"\ncd "%s"\n' "$FOLDER" "$FOLDER"
    echo "cat > functions <<'END'"
    cat "$KIT_HERE/functions.sh"
    printf 'END\n. ./functions\n'
  else
    printf 'cd "%s"; . ./env\n' "$FOLDER"
  fi
  values_of "$SLUG"
  if has "$PER_STORE" "$SLUG"; then
    choose_store "$SLUG"
    sed -n "s/^STORE_${STORE_NUMBER}_/STORE_/p" "$KIT_HERE/cluster"
  fi
  cat "$KIT_HERE/steps/$SLUG.sh"
  echo ')'
}

next_phase() {
  AFTER=
  for NAME in $(phases_of "$PROCEDURE"); do
    [ -z "$AFTER" ] || {
      echo "$NAME"
      return 0
    }
    [ "$NAME" != "$PHASE" ] || AFTER=yes
  done
}

enter() {
  if ! mkdir -p "$FOLDER" 2> /dev/null || [ ! -w "$FOLDER" ]; then
    refuse "$FOLDER cannot be written: run this as root"
  fi
}

run_phase() {
  lock run
  [ "$PHASE" != "$(first_phase)" ] || begin_incident
  check_digests
  [ "$ROLE" = workstation ] || copy_tools
  for_each_step take_step
  [ -n "$FOUND" ] || refuse_nothing
  NEXT=$(next_phase)
  unlock
  say "OK $PROCEDURE ${ONLY:-$PHASE} is done on this machine" \
    "(next phase, when every machine has done this one: ${NEXT:-none})"
}

refuse_nothing() {
  [ -z "$ONLY" ] || misused "$ONLY is no step of $PROCEDURE $PHASE for this machine"
  unlock
  say "OK $PROCEDURE $PHASE has no step for this machine"
  exit 0
}

show_machine_lines() {
  echo "@kit $(cat "$KIT_HERE/KIT")"
  # shellcheck disable=SC2086
  ! read_lock || (set -- $HELD && echo "@lock $3 $1 $4")
  [ ! -e rescue-state ] || awk 'NF == 7 { print "@state", $0 }' rescue-state
}

show_status() {
  [ -z "$MACHINE" ] || show_machine_lines
  echo "kit $(cat "$KIT_HERE/KIT") of $CLUSTER in $KIT_HERE"
  if read_lock; then
    echo "running: $HOLDER"
  else
    echo "running: nothing"
  fi
  ! read_running_step || echo "a step runs, process $RUNNING"
  for PROCEDURE in $PROCEDURES; do
    NEXT=
    BEGUN=
    TOTAL=$(steps_of "$PROCEDURE" | wc -w)
    NUMBER=0
    for ENTRY in $(steps_of "$PROCEDURE"); do
      NUMBER=$((NUMBER + 1))
      read_entry "$ENTRY"
      is_here "$PLACE" || continue
      RECORD=$(last_record "$SLUG")
      if [ -n "$RECORD" ]; then
        BEGUN=yes
        echo "$PROCEDURE step $NUMBER, $SLUG: $(field 6 "$RECORD")" \
          "$(field 5 "$RECORD") by $(field 7 "$RECORD")"
      fi
      [ "$(field 6 "$RECORD")" = ok ] || NEXT=${NEXT:-$PHASE_OF}
    done
    [ -z "$BEGUN" ] || [ -z "$NEXT" ] ||
      echo "next: kedge-rescue $OPTION$PROCEDURE $NEXT"
  done
  echo "OK"
}

ONLY=
ROLE=member
OPTION=
ACTION=run
STORE=
STORE_NUMBER=
WHO=
MACHINE=
LOCKED=
INTERRUPTED=
PROCEDURE=
PHASE=
AGAIN=
WRONG=
while [ $# -gt 0 ]; do
  case $1 in
  --first) ROLE=first OPTION='--first ' ;;
  --replacement) ROLE=replacement OPTION='--replacement ' ;;
  --workstation) ROLE=workstation OPTION='--workstation ' ;;
  --show | --dry-run) ACTION=${1#--} ;;
  --only | --store | --who)
    [ $# -gt 1 ] || WRONG="$1 needs a value"
    case $1 in
    --only) ONLY=${2-} ;;
    --store) STORE=${2-} ;;
    --who) WHO=${2-} MACHINE=yes ;;
    esac
    [ $# -le 1 ] || shift
    ;;
  --again) AGAIN=yes ;;
  -h | --help) ACTION=help ;;
  -*) WRONG="there is no option $1" ;;
  *)
    [ -z "$PHASE" ] || WRONG="too many words: $1"
    [ -n "$PROCEDURE" ] && PHASE=$1 || PROCEDURE=$1
    ;;
  esac
  shift
done

KIT_HERE=$(dirname -- "$(readlink -f -- "$0")")
cd "$KIT_HERE"
check_kit ||
  refuse "the files of the kit in $KIT_HERE are not as they were made: install it again"
# shellcheck source=/dev/null
. ./cluster
[ "$ACTION" != help ] || {
  usage
  exit 0
}
[ -z "$WRONG" ] || misused "$WRONG"
[ -n "$PROCEDURE" ] || misused "name a procedure and a phase"
[ "$ROLE" != member ] || ! has_one "$MEMBERS" || ROLE=first
FOLDER=$HOST_FOLDER
[ "$ROLE" != workstation ] || FOLDER=$HOME/kedge-$CLUSTER
WHO=$(printf %s "${WHO:-${SUDO_USER:-$(id -un)}}" | LC_ALL=C tr -c 'A-Za-z0-9._@+-' _ | cut -c 1-60)
[ -z "$AGAIN" ] || [ -n "$ONLY" ] || misused "--again needs --only"
case $PROCEDURE in
status | end | hold)
  [ -z "$PHASE" ] || misused "$PROCEDURE takes no other word"
  [ "$PROCEDURE" != hold ] || [ -n "$MACHINE" ] || misused "hold needs --who"
  [ "$PROCEDURE" != hold ] || enter
  cd "$FOLDER" 2> /dev/null || :
  trap unlock EXIT
  case $PROCEDURE in
  status) show_status ;;
  end) end_step ;;
  hold) hold ;;
  esac
  exit 0
  ;;
esac
has "$PROCEDURES" "$PROCEDURE" || misused "there is no procedure $PROCEDURE"
[ -n "$PHASE" ] || misused "name a phase of $PROCEDURE"
has "$(phases_of "$PROCEDURE")" "$PHASE" ||
  misused "$PROCEDURE has no phase $PHASE"
TOTAL=$(($(steps_of "$PROCEDURE" | wc -w)))
[ "$ACTION" != run ] || enter
cd "$FOLDER" 2> /dev/null || :
case $ACTION in
show) for_each_step show_step ;;
dry-run) for_each_step list_step ;;
run)
  LOGGED=yes
  trap 'INTERRUPTED=yes' INT TERM HUP
  trap unlock EXIT
  run_phase
  ;;
esac
