# Put a new version beside the old one, look at it, and change places.
deploy() {
  podman run -d --name app-new --label "version=$1" busybox sh -c "echo version $1; trap 'exit 0' TERM; while :; do sleep 0.1; done" >/dev/null
  podman exec app-new true
  if podman container exists app; then podman stop -t 3 app >/dev/null && podman rm app >/dev/null; fi
  podman rename app-new app
}
deploy 1
deploy 2
podman ps --filter label=version --format '{{.Names}}'
podman inspect -f '{{index .Config.Labels "version"}}' app
podman run -d --replace --name app busybox sleep 100 >/dev/null
podman ps -q --filter name=app | wc -l
podman rm -f -t 0 app >/dev/null
