# A loop over lines goes on, since `run` without -i leaves its stdin alone.
printf 'one\ntwo\nthree\n' | while read -r line; do
  podman run --rm busybox echo "container of $line"
done
printf 'four\nfive\n' | while read -r line; do
  echo "$line: $(podman run -i --rm busybox cat </dev/null | wc -c)"
done
