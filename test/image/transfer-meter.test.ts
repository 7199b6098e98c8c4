import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { makeImage } from "../support/image.ts";
import { TSPOD } from "../support/program.ts";
import { onTerminal } from "../support/terminal.ts";
import { makeWorld } from "../support/world.ts";

const world = await makeWorld({ images: {} });
after(() => world.close());
const { host, registry } = world;
registry.add("app", "latest", makeImage({ layers: [[{ path: "big", content: randomBytes(3_000_000) }]] }));
const NAME = "test.localhost/app:latest";
await host.ok(["pull", "-q", NAME]);
const archive = join(host.directory, "app.tar");
await host.ok(["save", "-q", "-o", archive, NAME]);
await host.ok(["create", "-q", "--name", "c", NAME, "true"]);
writeFileSync(join(host.directory, "file"), randomBytes(2_000_000));
execFileSync("tar", ["-C", host.directory, "-cf", join(host.directory, "file.tar"), "file"]);

/** Half of a file, then the rest a second later: what waits for it has something to show. */
const slowly = (file: string): string => `(head -c 1000000 ${file}; sleep 1; tail -c +1000001 ${file})`;

function inShell(script: string): { ended: Promise<number>; shown: () => string } {
  const env = { TSPOD };
  return onTerminal(host, ["-c", script], { program: "/bin/sh", columns: 100, env });
}

for (const [what, script, phase] of [
  ["load", `${slowly("app.tar")} | "$TSPOD" load`, /Reading the archive [\d.]+[KM]iB, [\d.]+[KM]iB\/s/],
  ["import", `${slowly("file.tar")} | "$TSPOD" import -`, /Importing [\d.]+[KM]iB, [\d.]+[KM]iB\/s/],
  ["cp of a tar", `${slowly("file.tar")} | "$TSPOD" cp - c:/`, /Copying [\d.]+[KM]iB, [\d.]+[KM]iB\/s/],
] as const) {
  test(`${what} that takes long shows how far it is, and takes the line away`, async () => {
    const terminal = inShell(script);
    assert.equal(await terminal.ended, 0, terminal.shown());
    const shown = terminal.shown();
    assert.match(shown, phase);
    assert.doesNotMatch(shown, /Copying (blob|config)/);
    assert.doesNotMatch(shown.slice(shown.lastIndexOf("\r\u001b[K")), /iB/);
  });
}

test("save into a pipe that is read slowly: a bar, rate and time left; no lines of digests", async () => {
  execFileSync("mkfifo", [join(host.directory, "fifo")]);
  const reader = "(head -c 1000000; sleep 1; cat) <fifo | cmp - app.tar";
  const terminal = inShell(`"$TSPOD" save -o fifo ${NAME} & ${reader}; read=$?; wait $! && exit $read`);
  assert.equal(await terminal.ended, 0, terminal.shown());
  assert.match(terminal.shown(), /Writing \[=+ *\] [\d.]+[KM]iB \/ [\d.]+[KM]iB, [\d.]+[KM]iB\/s/);
  assert.doesNotMatch(terminal.shown(), /Copying/);
});

test("not on a terminal: the lines of podman, and no control characters", async () => {
  const saved = await host.tspod(["save", "-o", "again.tar", NAME]);
  assert.match(
    saved.stderr,
    /^Copying blob sha256:[0-9a-f]{64}\nCopying config sha256:[0-9a-f]{64}\nWriting manifest/,
  );
  const loaded = await host.tspod(["load", "-i", "again.tar"]);
  assert.match(loaded.stderr, /^Getting image source signatures\nCopying blob/);
  assert.equal(loaded.stdout, `Loaded image: ${NAME}\n`);
});
