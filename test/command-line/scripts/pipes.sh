# One-shot tools in pipes.
seq 1 1000 | podman run -i --rm busybox sort -rn | head -n 3
printf 'b\na\nc\n' | podman run -i --rm busybox sort | podman run -i --rm busybox tr a-z A-Z
echo '{"a": 1}' | podman run --rm -i busybox sh -c 'cat >/tmp/in; wc -c </tmp/in'
podman run --rm busybox sh -c 'echo out; echo err >&2' 2>/dev/null
podman run --rm busybox sh -c 'echo out; echo err >&2' 2>&1 >/dev/null
podman run --rm busybox seq 1 100000 | head -n 1
