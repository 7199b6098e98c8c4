# A process that is told to end, ends in its own way.
podman run -d --name polite busybox sh -c 'trap "echo bye; exit 5" TERM; echo up; while :; do sleep 0.1; done' >/dev/null
until podman logs polite | grep -q up; do sleep 0.1; done
podman stop -t 10 polite >/dev/null
podman inspect -f '{{.State.ExitCode}}' polite
podman logs polite | tail -n 1
podman run -d --name stubborn --stop-signal INT busybox sh -c 'trap "" INT TERM; while :; do sleep 0.1; done' >/dev/null
podman stop -t 1 stubborn >/dev/null 2>&1
podman inspect -f '{{.State.ExitCode}}' stubborn
podman run -d --init --name small busybox sleep 100 >/dev/null
podman kill -s TERM small >/dev/null
podman wait small
podman rm polite stubborn small >/dev/null
