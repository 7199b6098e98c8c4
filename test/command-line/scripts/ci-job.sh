# A CI job: check the sources out, build and test them in a container, keep what was made.
mkdir -p src artifacts
cat >src/build.sh <<'END'
set -e
echo "building as $(id -u)"
mkdir -p /out
tr a-z A-Z </src/input.txt >/out/program
END
cat >src/test.sh <<'END'
grep -q HELLO /out/program && echo "tests passed"
END
echo hello >src/input.txt
podman run --rm -v "$PWD/src:/src:ro" -v "$PWD/artifacts:/out" -w /src busybox sh build.sh
podman run --rm -v "$PWD/src:/src:ro" -v "$PWD/artifacts:/out:ro" busybox sh /src/test.sh
cat artifacts/program
# A step that fails fails the job.
status=0
podman run --rm -v "$PWD/src:/src:ro" busybox sh -c 'echo "lint: 1 problem" >&2; exit 42' 2>lint.log || status=$?
echo "lint ended with $status: $(cat lint.log)"
