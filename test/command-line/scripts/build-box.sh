# Tools of an image work on the current directory, and what they make belongs to who called.
echo 'int main' >main.c
podman run --rm -v .:/work -w /work busybox sh -c 'wc -c main.c >size.txt; mkdir -p out/deep; echo object >out/deep/main.o'
cat size.txt out/deep/main.o
[ -O out/deep/main.o ] && echo "mine"
rm -r out size.txt
podman run --rm -v "$PWD:/work:ro" -w /work busybox sh -c 'echo no >refused' 2>/dev/null || echo "read-only: $?"
podman run --rm --tmpfs /scratch -w /scratch busybox sh -c 'pwd; echo yes >file && cat file'
