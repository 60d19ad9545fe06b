# Starts the server of a folder when it is told to. When its input ends, because the process that
# holds the other end of the pipe ended in whatever way, it stops the server and deletes the folder.
# $1 is the folder, the rest the command. Each word on the input is answered with one line.
folder=$1
shift
exec 2>>"$folder/guardian.log"
server=
while read -r word argument; do
  case $word in
    start)
      "$@" </dev/null >>"$folder/server.log" 2>&1 &
      server=$!
      echo "$server" ;;
    signal) kill -s "$argument" "$server"; echo done ;;
    kill) kill -s KILL "$argument"; echo done ;;
    wait) wait "$server"; server=; echo done ;;
  esac
done
if [ -n "$server" ]; then
  kill -s QUIT "$server" # an immediate shutdown: nobody needs the data any more
  kill -s CONT "$server" # in case it was stopped in the middle of a kill
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
