# Workers side by side, and the sum of what they found.
for i in 1 2 3 4 5; do
  podman run -d --name "worker$i" --label job=sum busybox sh -c "echo \$(($i * $i)); exit $i" >/dev/null
done
for i in 1 2 3 4 5; do podman wait "worker$i"; done
total=0
for i in 1 2 3 4 5; do total=$((total + $(podman logs "worker$i"))); done
echo "total $total"
podman ps -a --filter label=job=sum --filter exited=3 --format '{{.Names}}'
podman ps -aq --filter label=job=sum | xargs podman rm >/dev/null
podman ps -aq --filter label=job=sum | wc -l
