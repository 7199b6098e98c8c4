# Wait for a line in a log, then go on.
podman run -d --name server busybox sh -c 'echo starting; sleep 0.5; echo "listening on 80"; sleep 0.2; echo "a request" >&2; sleep 100' >/dev/null
podman logs -f server 2>&1 | grep -q -m 1 listening
echo "it listens"
sleep 0.5
podman logs --tail 1 server 2>&1
podman logs server 2>/dev/null | wc -l
podman kill server >/dev/null
podman wait server
podman logs --since 1h server 2>&1 | wc -l
podman rm server >/dev/null
