import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { IMAGE, makeWorld } from "../support/world.ts";

/*
 * `toString` and `constructor` are what every object of JavaScript has. In a command they are words like
 * others: no variable, no label, no field has that name unless somebody gives it.
 */
const world = await makeWorld();
after(() => world.close());
const { host } = world;

before(async () => {
  await host.ok(["run", "-d", "--name", "c", "--label", "a=b", "--network=none", IMAGE, "sleep", "100"]);
  await host.ok(["volume", "create", "v"]);
  await host.ok(["secret", "create", "s", "-"], { input: "x" });
});

test("variables: run -e toString, exec -e constructor", async () => {
  const shown = ["sh", "-c", "env | grep -c -e toString -e constructor"];
  for (const args of [
    ["run", "--rm", "--network=none", "-e", "toString", "-e", "constructor", IMAGE, ...shown],
    ["exec", "-e", "toString", "-e", "constructor", "c", ...shown],
  ]) {
    const { code, stdout, stderr } = await host.tspod(args);
    assert.deepEqual([code, stdout, stderr], [1, "0\n", ""]);
  }
});

test("variables: a build's --build-arg and --secret", async () => {
  const file = join(host.directory, "Containerfile");
  writeFileSync(
    file,
    `FROM ${IMAGE}\nARG constructor=default\nARG toString\nRUN echo "[$constructor] [$toString]"\n`,
  );
  const { code, stdout } = await host.tspod([
    ...["build", "--network=none", "--build-arg", "constructor", "--build-arg", "toString"],
    ...["-f", file, host.directory],
  ]);
  assert.equal(code, 0);
  assert.match(stdout, /^\[default\] \[\]$/m);
  const secret = await host.tspod(["build", "--secret", "id=constructor", "-f", file, host.directory]);
  assert.equal(secret.code, 125);
  assert.match(secret.stderr, /^Error: --secret constructor: ".*\/constructor" is not there$/m);
});

test("labels and options in filters", async () => {
  for (const [command, ...args] of [
    ["ps -aq"],
    ["volume ls -q"],
    ["network ls -q"],
    ["images -q"],
    ["pod ps -q"],
    ["volume ls -q", "opt"],
  ] as const)
    for (const word of ["toString", "constructor=", "__proto__"]) {
      const [key = "label"] = args;
      const { code, stdout, stderr } = await host.tspod([
        ...command.split(" "),
        "--filter",
        `${key}=${word}`,
      ]);
      assert.deepEqual([code, stdout, stderr], [0, "", ""], `${command} --filter ${key}=${word}`);
    }
});

for (const line of [
  ...["ps", "images", "volume ls", "network ls", "secret ls", "events --stream=false", "stats --no-stream c"],
  ...["system df", "info", "version", "inspect c", "volume inspect v", "network inspect podman"],
  ...["secret inspect s", `image inspect ${IMAGE}`, `history ${IMAGE}`],
])
  test(`fields: ${line} --format {{.toString}}`, async () => {
    for (const word of ["toString", "valueOf", "__proto__"]) {
      const { code, stdout, stderr } = await host.tspod([...line.split(" "), "--format", `{{.${word}}}`]);
      assert.deepEqual([code, stdout], [125, ""]);
      assert.match(
        stderr,
        new RegExp(
          `^Error: template: \\w+:1:\\d+: executing "\\w+" at <\\.${word}>: can't evaluate field ${word}\n$`,
        ),
      );
    }
  });

for (const [format, message] of [
  ["{{.Config.toString}}", /at <\.Config\.toString>: can't evaluate field toString$/],
  ["{{with .Config}}{{.valueOf}}{{end}}", /at <\.valueOf>: can't evaluate field valueOf$/],
  ["{{range .NetworkSettings.Networks}}{{.toString}}{{end}}", /at <\.toString>: can't evaluate field/],
  ["{{toString .}}", /^Error: template: inspect:1: function "toString" not defined$/],
  ["{{constructor}}", /^Error: template: inspect:1: function "constructor" not defined$/],
  ["{{.Created.toJSON}}", /^Error: wrong number of args for a method: it has no value by itself$/],
] as const)
  test(`fields: inspect --format ${format}`, async () => {
    const { code, stdout, stderr } = await host.tspod(["inspect", "--format", format, "c"]);
    assert.deepEqual([code, stdout], [125, ""]);
    assert.match(stderr.trimEnd(), message);
  });

test("columns: top c user toString asks ps(1), here busybox's, which takes all words", async () => {
  for (const word of ["toString", "constructor", "valueOf"]) {
    const { code, stdout, stderr } = await host.tspod(["top", "c", "user", word]);
    assert.deepEqual([code, stderr], [0, ""]);
    assert.match(stdout, new RegExp(`^PID +USER +COMMAND\\n.* sleep 100\\n.* ps user ${word}\\n$`));
  }
});

test("kinds: kube play", async () => {
  const file = join(host.directory, "kinds.yaml");
  writeFileSync(file, "apiVersion: v1\nkind: constructor\nmetadata: {name: x}\n");
  const { code, stdout, stderr } = await host.tspod(["kube", "play", file]);
  assert.deepEqual([code, stdout], [125, ""]);
  assert.match(
    stderr,
    /kinds\.yaml:2: constructor "x": kind: constructor is no kind that is carried out here/,
  );
  assert.doesNotMatch(stderr, /native code/);
});

test("annotations that a pod asks for", async () => {
  const file = join(host.directory, "pod.yaml");
  writeFileSync(
    file,
    `apiVersion: v1
kind: Pod
metadata: {name: words}
spec:
  restartPolicy: Never
  containers:
  - name: a
    image: ${IMAGE}
    command: [sh, -c, 'echo "[$A]"']
    env:
    - {name: A, valueFrom: {fieldRef: {fieldPath: "metadata.labels['toString']"}}}
`,
  );
  await host.ok(["kube", "play", "--network=none", file]);
  await host.ok(["wait", "words-a"]);
  assert.equal(await host.ok(["logs", "words-a"]), "[]");
  await host.ok(["kube", "down", file]);
});
