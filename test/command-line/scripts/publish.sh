# A web server behind a port, and a client beside it.
mkdir www && echo "hello from the web" >www/index.html
podman run -d --name web -p 127.0.0.1::8080 -v "$PWD/www:/www:ro" busybox httpd -f -p 8080 -h /www >/dev/null
port=$(podman port web 8080 | sed 's/.*://')
[ "$port" -gt 1024 ] && echo "published"
podman run --rm --network container:web busybox sh -c 'for i in 1 2 3 4 5 6 7 8 9; do wget -q -O - http://127.0.0.1:8080/ && break; sleep 0.2; done'
podman run --rm --network none busybox sh -c 'ip -o addr | grep -c inet '
podman rm -f -t 0 web >/dev/null
