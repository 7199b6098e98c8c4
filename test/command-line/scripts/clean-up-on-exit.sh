# What a script has started goes with it, however it ends.
(
  trap 'podman rm -f -t 0 helper >/dev/null' EXIT
  podman run -d --name helper busybox sleep 1000 >/dev/null
  podman container exists helper && echo "helper runs"
  false
) || echo "the work failed: $?"
podman container exists helper || echo "helper is gone"
