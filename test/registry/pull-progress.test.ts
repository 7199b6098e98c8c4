import assert from "node:assert/strict";
import { randomBytes } from "node:crypto";
import { after, afterEach, test } from "node:test";
import { makeImage } from "../support/image.ts";
import { onTerminal } from "../support/terminal.ts";
import { makeWorld } from "../support/world.ts";

const world = await makeWorld({ images: {} });
after(() => world.close());
const { host, registry } = world;
const base = [{ path: "base", content: randomBytes(300_000) }];
const image = makeImage({ layers: [base, [{ path: "top", content: randomBytes(3_000_000) }]] });
registry.add("app", "latest", image);
registry.add("base", "latest", makeImage({ layers: [base] }));
const ID = image.config.digest.slice("sha256:".length);
const NAME = "test.localhost/app";
const [HIDE_CURSOR, SHOW_CURSOR] = ["\u001b[?25l", "\u001b[?25h"];

afterEach(async () => {
  registry.intercept(undefined);
  await host.tspod(["rmi", "-a", "-f"]);
});

function isTopLayer(url: string | undefined): boolean {
  return url?.endsWith(image.layers[1]?.digest ?? "") ?? false;
}

/** The registry sends half of the top layer, then waits. */
function stopHalfway(): void {
  registry.intercept((request, response, content) => {
    if (!isTopLayer(request.url) || content === undefined) return false;
    response.writeHead(200, { "content-length": content.length });
    response.write(content.subarray(0, content.length / 2));
    return true;
  });
}

test("not on a terminal: podman's lines on stderr, without control characters", async () => {
  const { stdout, stderr } = await host.tspod(["pull", NAME]);
  assert.equal(stdout, `${ID}\n`);
  assert.deepEqual(stderr.trimEnd().split("\n"), [
    `Trying to pull ${NAME}:latest...`,
    "Getting image source signatures",
    `Copying config ${image.config.digest}`,
    ...image.layers.map(({ digest }) => `Copying blob ${digest}`),
    "Writing manifest to image destination",
  ]);
});

test("on a terminal: a bar for each blob, and the cursor comes back", async () => {
  await host.ok(["pull", "-q", "test.localhost/base"]);
  const terminal = onTerminal(host, ["pull", NAME], { columns: 100 });
  assert.equal(await terminal.ended, 0);
  const shown = terminal.shown();
  for (const [index, { digest }] of image.layers.entries()) {
    const last = shown.lastIndexOf(`Copying blob ${digest.slice("sha256:".length, "sha256:".length + 12)} [`);
    assert.ok(last >= 0, `no bar for layer ${index}:\n${JSON.stringify(shown)}`);
    const state = index === 0 ? "skipped: already exists" : "done";
    assert.ok(
      shown
        .slice(last)
        .split("\n")[0]
        ?.includes(`[${"=".repeat(24)}] ${state}`),
      JSON.stringify(shown),
    );
  }
  assert.match(shown, /All blobs {16} \[=+ *\] [\d.]+MiB in \d+s/);
  assert.ok(shown.endsWith(`Writing manifest to image destination\r\n${ID}\r\n`));
  assert.ok(shown.lastIndexOf(SHOW_CURSOR) > shown.lastIndexOf(HIDE_CURSOR));
});

test("on a terminal: what an earlier try had left is shown in another shade, and no part of the rate", async () => {
  stopHalfway();
  const first = onTerminal(host, ["pull", NAME], { columns: 100 });
  await first.saw(/ 1\.[0-9]MiB \/ 2\.9MiB/);
  first.type("\u0003");
  await first.ended;
  // The rest is never sent.
  registry.intercept((request, _, content) => content !== undefined && isTopLayer(request.url));
  const second = onTerminal(host, ["pull", NAME], { columns: 120 });
  await second.saw(
    /Copying blob [0-9a-f]{12} \[-{12} {12}\] 1\.4MiB \/ 2\.9MiB \(1\.4MiB of an earlier try\)/,
  );
  second.type("\u0003");
  await second.ended;
});

test("on a terminal, --quiet: the ID only", async () => {
  const terminal = onTerminal(host, ["pull", "-q", NAME], { columns: 100 });
  assert.equal(await terminal.ended, 0);
  assert.equal(terminal.shown(), `${ID}\r\n`);
});

test("ctrl-C on a terminal: the cursor comes back, and one line at most is said", async () => {
  stopHalfway();
  const terminal = onTerminal(host, ["pull", NAME], { columns: 100 });
  await terminal.saw(/ 1\.[0-9]MiB \/ 2\.9MiB/);
  terminal.type("\u0003");
  const code = await terminal.ended;
  assert.ok(code === 130 || code === 125, `exit ${code}`);
  const shown = terminal.shown();
  assert.ok(shown.lastIndexOf(SHOW_CURSOR) > shown.lastIndexOf(HIDE_CURSOR), JSON.stringify(shown));
  const said = shown.split("\n").filter((line) => !/Trying|Getting|Copying|^[^A-Za-z]*$/.test(line));
  assert.ok(said.length <= 1 && !said[0]?.includes(" at "), said.join("\n"));
  assert.equal(await host.ok(["images", "-q"]), "");
});

test("run shows on stderr what it pulls, and the program's output stays clean", async () => {
  registry.add("box", "latest", makeImage());
  const { code, stdout, stderr } = await host.tspod(["run", "--rm", "test.localhost/box", "echo", "ran"]);
  assert.deepEqual([code, stdout], [0, "ran\n"]);
  assert.match(
    stderr,
    /^Trying to pull test\.localhost\/box:latest\.\.\.\nGetting image source signatures\n/,
  );
});
