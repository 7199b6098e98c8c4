# A task that is tried again, twice.
podman run -d --name flaky --restart on-failure:2 -v tries:/tries busybox sh -c 'echo try >>/tries/log; exit 1' >/dev/null
for i in $(seq 100); do
  [ "$(podman run --rm -v tries:/tries:ro busybox sh -c 'wc -l </tries/log')" = 3 ] && break
  sleep 0.2
done
sleep 1
podman run --rm -v tries:/tries:ro busybox cat /tries/log
podman inspect -f '{{.RestartCount}} {{.State.ExitCode}}' flaky
podman rm flaky >/dev/null
podman volume rm tries
