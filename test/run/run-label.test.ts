import assert from "node:assert/strict";
import { symlinkSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { after, test } from "node:test";
import { runProgram, TSPOD } from "../support/program.ts";
import { IMAGE, makeWorld } from "../support/world.ts";

const world = await makeWorld();
after(() => world.close());
const { host } = world;

const LABELS = {
  install: `podman run --rm \${OPT1} -e NAME=NAME -e HOMEDIR=$HOME -e I=\${IMAGE} IMAGE echo \${OPT2} done`,
  RUN: "/usr/bin/docker run --rm --name NAME IMAGE sh -c 'echo $NONE$0'",
  path: "/usr/bin/podman run --name NAME IMAGE",
  keep: "podman run --name NAME IMAGE true",
  again: "podman --log-level warn container runlabel again IMAGE",
  hidden: "podman run -v /:/host 'a\u001b[2K\u001b[1Gb' IMAGE",
  wild: "rm -rf /",
  open: "podman run 'IMAGE",
};

await host.ok(["create", "--name", "base", IMAGE]);
await host.ok([
  "commit",
  ...Object.entries(LABELS).flatMap(([name, text]) => [
    "-c",
    `LABEL ${name}=${JSON.stringify(text).replaceAll("$", "\\$").replaceAll("\\u001b", "\u001b")}`,
  ]),
  "base",
  "labelled",
]);
const NAME = "localhost/labelled:latest";
const runLabel = (...args: string[]) => host.tspod(["container", "runlabel", ...args]);

test("--display shows the command with what stands for its words, and runs nothing", async () => {
  const { code, stdout, stderr } = await runLabel(
    "--opt1=-i",
    "--opt2",
    "x",
    "--name",
    "n",
    "--display",
    "INSTALL",
    "labelled",
    "more",
  );
  assert.deepEqual([code, stderr], [0, ""]);
  const home = host.env.HOME ?? "";
  const rest = `run --rm -i -e NAME=n -e HOMEDIR=${home} -e I=${NAME} ${NAME} echo x done more\n`;
  assert.equal(stdout, `command: ${TSPOD} ${rest}`);
});

test("a label may call podman by a path: tspod stands in its place", async () => {
  assert.deepEqual(await runLabel("--display", "path", "labelled"), {
    code: 0,
    stdout: `command: ${TSPOD} run --name labelled ${NAME}\n`,
    stderr: "",
  });
});

test("the program is shown as it was typed", async () => {
  const link = join(host.directory, "podman");
  symlinkSync(TSPOD, link);
  const { stdout } = await runProgram(link, ["container", "runlabel", "--display", "keep", "labelled"], {
    env: host.env,
  });
  assert.equal(stdout, `command: ${link} run --name labelled ${NAME} true\n`);
  const env = { ...host.env, PATH: `${dirname(link)}:${host.env.PATH}` };
  const found = await runProgram(basename(link), ["container", "runlabel", "--display", "keep", "labelled"], {
    env,
  });
  assert.equal(found.stdout, `command: podman run --name labelled ${NAME} true\n`);
});

test("it runs, with its output and its exit code", async () => {
  assert.deepEqual(await runLabel("install", "labelled"), { code: 0, stdout: "done\n", stderr: "" });
  assert.deepEqual(await runLabel("--quiet", "install", "labelled"), { code: 0, stdout: "", stderr: "" });
  const { code, stderr } = await runLabel("keep", "labelled", "nonsense");
  assert.deepEqual([code, stderr], [0, ""]);
});

test("a label that calls itself is refused", async () => {
  assert.deepEqual(await runLabel("again", "labelled"), {
    code: 125,
    stdout: "",
    stderr: "Error: nested runlabel calls: runlabels cannot execute the runlabel command\n",
  });
});

test("--display shows control characters as words: an image hides nothing on the terminal", async () => {
  const { code, stdout } = await runLabel("--display", "hidden", "labelled");
  assert.deepEqual([code, stdout], [0, `command: ${TSPOD} run -v /:/host a\\x1b[2K\\x1b[1Gb ${NAME}\n`]);
});

test("--replace removes the container of that name first", async () => {
  const taken = await runLabel("keep", "labelled");
  assert.equal(taken.code, 125);
  assert.match(taken.stderr, /^Error: .*name "labelled" is already in use/);
  assert.deepEqual(await runLabel("--replace", "keep", "labelled"), { code: 0, stdout: "", stderr: "" });
});

for (const [label, message] of [
  ["wild", 'the label calls "rm" on the host: only labels that call podman or docker are carried out'],
  ["open", `the label has a quote or a backslash without an end: ${LABELS.open}`],
  ["none", "cannot find the value of label: none in image: labelled"],
] as const)
  test(`${label}: refused in one line`, async () =>
    assert.deepEqual(await runLabel(label, "labelled"), {
      code: 125,
      stdout: "",
      stderr: `Error: ${message}\n`,
    }));

test("an image that is nowhere", async () => {
  const { code, stdout } = await runLabel("run", "localhost:1/none");
  assert.deepEqual([code, stdout], [125, ""]);
});
