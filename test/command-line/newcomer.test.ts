import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { onTerminal } from "../support/terminal.ts";
import { IMAGE, makeWorld } from "../support/world.ts";

/** What somebody types who knows other programs, or not yet this one. */
const world = await makeWorld();
after(() => world.close());
const { host } = world;

describe("words of other programs", () => {
  for (const [line, ...meant] of [
    ["list", "ps", "images"],
    ["delete", "rm", "rmi"],
    ["remove x", "rm", "rmi"],
    ["shell web", "exec", "run", "unshare"],
    ["up", "run", "start"],
    ["down", "stop", "rm"],
    ["container delete x", "rm"],
    ["image delete x", "rm"],
    ["volume delete x", "rm"],
    ["network new x", "create"],
    ["volume show x", "inspect"],
  ] as const)
    test(`tspod ${line}`, async () => {
      const { code, stdout, stderr } = await host.tspod(line.split(" "));
      assert.deepEqual([code, stdout], [125, ""]);
      assert.match(stderr, /^Error: unrecognized command `tspod [a-z ]+`\n\nDid you mean this\?\n/);
      const named = [...stderr.matchAll(/^\t(.*)$/gm)].map(([, name]) => name);
      assert.deepEqual(named.slice(0, meant.length), meant);
    });

  for (const [line, reason] of [
    ["context use", "no daemon to choose"],
    ["swarm init", "no cluster"],
    ["service create", "no cluster"],
    ["stack deploy", "no cluster"],
    ["plugin ls", "no plugins"],
    ["restore x", "CRIU"],
    ["checkpoint x", "CRIU"],
  ] as const)
    test(`tspod ${line}`, async () => {
      const { code, stderr } = await host.tspod(line.split(" "));
      assert.equal(code, 125);
      assert.match(stderr, new RegExp(`^Error: \`tspod [\\w ]+\` is not supported: .*${reason}.*\n$`));
    });

  test("tspod images --tree", async () => {
    const { code, stderr } = await host.tspod(["images", "--tree"]);
    assert.deepEqual(
      [code, stderr],
      [125, "Error: unknown flag: --tree: an image's layers are shown by `tspod image tree IMAGE`\n"],
    );
  });
});

describe("a long name behind one dash", () => {
  for (const [line, flag] of [
    ["run -rm IMAGE", "--rm"],
    ["run -name x IMAGE", "--name"],
    ["run -network=host IMAGE", "--network"],
    ["rm -all", "--all"],
    ["ps -filter name=x", "--filter"],
  ] as const)
    test(`tspod ${line}`, async () => {
      const { code, stderr } = await host.tspod(line.replace("IMAGE", IMAGE).split(" "));
      // What begins with a letter that the command has is a group of letters, as in Podman.
      if (line.startsWith("rm") || line.startsWith("ps")) return assert.doesNotMatch(stderr, /stack|bug/);
      assert.equal(code, 125);
      assert.match(
        stderr,
        new RegExp(
          `^Error: unknown shorthand flag: '\\w' in -[\\w=]+\nDid you mean ${flag}\\?\nSee 'tspod run --help'\n$`,
        ),
      );
    });
  test("what is no flag either has no such line", async () => {
    const { stderr } = await host.tspod(["run", "-xyz", IMAGE]);
    assert.equal(stderr, "Error: unknown shorthand flag: 'x' in -xyz\nSee 'tspod run --help'\n");
  });
});

describe("advice on a terminal, and Podman's words alone in a script", () => {
  for (const [line, said, advice] of [
    [
      "run",
      "requires at least 1 arg(s), only received 0",
      "Usage: tspod run [options] IMAGE [COMMAND [ARG...]]",
    ],
    ["tag", "requires at least 2 arg(s), only received 0", "Usage: tspod tag [options] IMAGE"],
    [
      "volume create a b",
      "accepts at most 1 arg(s), received 2",
      "Usage: tspod volume create [options] [NAME]",
    ],
    ["exec web", "must provide a non-empty command", "For a shell: tspod exec -it web sh"],
    // So many digits that web's ID does not begin with them: a container is found by the beginning of its ID.
    [
      "logs web -n 50000000",
      'no container with name or ID "50000000"',
      "-n is --names here: for the last lines --tail 50000000",
    ],
  ] as const)
    test(`tspod ${line}`, async () => {
      if (line.includes("web")) await host.ok(["create", "--replace", "--name", "web", IMAGE]);
      const script = await host.tspod(line.split(" "));
      assert.equal(script.code, 125);
      assert.equal(script.stderr.trimEnd().split("\n").length, 1, script.stderr);
      assert.ok(script.stderr.includes(said), script.stderr);
      const terminal = onTerminal(host, line.split(" "), { columns: 200 });
      assert.equal(await terminal.ended, 125);
      const [first = "", second = ""] = terminal.shown().split("\r\n");
      assert.ok(first.includes(said) && second.startsWith(advice), terminal.shown());
    });
});

test("system check says on a terminal what it has looked at, and nothing in a script", async () => {
  assert.equal(await host.ok(["system", "check"]), "");
  const terminal = onTerminal(host, ["system", "check"], { columns: 200 });
  assert.equal(await terminal.ended, 0);
  assert.match(terminal.shown(), /^ok: \d+ layers, \d+ blobs, \d+ records \(\d+\.\d s\)\r\n$/);
});

describe("a policy whose keys are gone", () => {
  const directory = join(host.configDirectory, "containers");
  const gone = join(host.directory, "gone.gpg");
  test("trust show lists all scopes, with a warning", async () => {
    mkdirSync(directory, { recursive: true });
    const policy = join(directory, "policy.json");
    writeFileSync(
      policy,
      JSON.stringify({
        default: [{ type: "insecureAcceptAnything" }],
        transports: { docker: { "quay.io/team": [{ type: "signedBy", keyType: "GPGKeys", keyPath: gone }] } },
      }),
    );
    const { code, stdout, stderr } = await host.tspod(["image", "trust", "show", "--policypath", policy]);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^repository +quay\.io\/team +signed/m);
    assert.match(stdout, /^all +default +accept/m);
    assert.match(stderr, /^WARN\[0000\] .*gone\.gpg.*no such file.*\n$/);
  });
  test("trust set refuses keys that are not there", async () => {
    const { code, stderr } = await host.tspod([
      "image",
      "trust",
      "set",
      "--pubkeysfile",
      gone,
      "quay.io/team",
    ]);
    assert.equal(code, 125);
    assert.match(stderr, /^Error: .*gone\.gpg.*no such file.*\n$/);
  });
});
