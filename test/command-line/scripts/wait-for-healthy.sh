# Start a database, wait until it is healthy, use it, and take it down.
podman run -d --name db --health-cmd 'test -e /tmp/ready' --health-interval 1s --health-retries 3 busybox \
  sh -c 'trap "echo shutting down; exit 0" TERM; sleep 1; touch /tmp/ready; echo ready; while :; do sleep 0.1; done' >/dev/null
tries=0
until podman healthcheck run db >/dev/null 2>&1; do
  tries=$((tries + 1))
  [ $tries -lt 100 ] || { echo "never healthy"; exit 1; }
  sleep 0.2
done
echo "healthy"
podman exec db test -e /tmp/ready
podman stop -t 5 db
podman logs db
podman inspect -f '{{.State.ExitCode}} {{.State.Status}}' db
podman rm db
