# Make an image of a container, name it, carry it elsewhere, and use it.
podman run --name maker busybox sh -c 'echo made >/made'
podman commit -q -c 'CMD ["cat", "/made"]' maker localhost/mine:1 >/dev/null
podman rm maker >/dev/null
podman run --rm localhost/mine:1
podman tag localhost/mine:1 localhost/mine:stable
podman save -q -o mine.tar localhost/mine:stable
podman rmi localhost/mine:1 localhost/mine:stable >/dev/null
podman image exists localhost/mine:stable || echo "gone"
podman load -q -i mine.tar
podman run --rm localhost/mine:stable
podman images --format '{{.Repository}}:{{.Tag}}' | sort | grep mine
podman rmi -f localhost/mine:stable >/dev/null
