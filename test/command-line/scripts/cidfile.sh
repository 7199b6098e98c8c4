# A service script that finds its container by a file.
cidfile=$PWD/service.cid
podman run -d --label of=cidfile --cidfile "$cidfile" busybox sh -c 'trap "exit 0" TERM; while :; do sleep 0.1; done' >printed
[ "$(cat "$cidfile")" = "$(cat printed)" ] && echo "same id"
podman inspect -f '{{.State.Running}}' "$(cat "$cidfile")"
podman stop --cidfile "$cidfile" >/dev/null
podman inspect -f '{{.State.ExitCode}}' "$(cat "$cidfile")"
podman rm --cidfile "$cidfile" >/dev/null
podman ps -aq --filter label=of=cidfile | wc -l
