# Starts the server of a folder when it is told to. When its input ends, because the process that
# holds the other end of the pipe ended in whatever way, it stops the server and deletes the folder.
# $1 is the folder, the rest the command. Each word on the input is answered with one line.
folder=$1
shift
exec 2>>"$folder/guardian.log"
# When the holder dies while something here is stopped, the system hangs up on the whole group.
trap '' HUP
server=
# A process with all that came from it; each is stopped first, so that it starts nothing more.
family() {
  kill -s STOP "$1"
  echo "$1"
  for child in $(grep -ls "^PPid:[[:space:]]*$1\$" /proc/[0-9]*/status | cut -d/ -f3); do
    family "$child"
  done
}
while read -r word signal process; do
  case $word in
    start)
      "$@" </dev/null >>"$folder/server.log" 2>&1 &
      server=$!
      echo "$server" ;;
    signal) kill -s "$signal" "$process"; echo done ;;
    wait) wait "$server"; server=; echo done ;;
  esac
done
if [ -n "$server" ]; then
  case $1 in
    */pg_autoctl) # a manager restarts what ends: it and its server end at once
      kill -s KILL $(family "$server") ;;
    *)
      kill -s QUIT "$server" # an immediate shutdown: nobody needs the data any more
      kill -s CONT "$server" ;; # in case it was stopped in the middle of a kill
  esac
  wait "$server"
fi
# A killed server leaves its piece of shared memory; line 7 of its file says "key id".
if [ -f "$folder/data/postmaster.pid" ]; then
  sed -n '7s/.* //p' "$folder/data/postmaster.pid" | xargs -r ipcrm -m
fi
tries=0
# What a killed server left running may still write for a moment.
until rm -rf "$folder" || [ "$tries" -ge 100 ]; do
  tries=$((tries + 1))
  sleep 0.1
done
