import assert from "node:assert/strict";
import { readFileSync, symlinkSync } from "node:fs";
import { join, resolve } from "node:path";
import { after, describe, test } from "node:test";
import { hostPlatform } from "../../src/oci/choose-platform.ts";
import { emulatedPlatforms } from "../../src/system/emulated-platforms.ts";
import { makeHost } from "../support/host.ts";
import { runProgram, TSPOD } from "../support/program.ts";

/*
 * Scripts and clients ask for a version and compare it: what they find must let them believe that this is the
 * Podman whose command line tspod has.
 */

const host = makeHost();
after(() => host.close());
const { version } = JSON.parse(readFileSync(resolve(import.meta.dirname, "../../package.json"), "utf8"));

/** tspod by another name, as a link or `alias docker=tspod` in a script would have it. */
async function called(name: string, ...args: readonly string[]): Promise<string> {
  const program = join(host.directory, name);
  const result = await runProgram(program, args, { env: host.env, cwd: host.directory });
  assert.equal(result.stderr, "");
  assert.equal(result.code, 0);
  return result.stdout.replace(/\n$/, "");
}
for (const name of ["podman", "docker"]) symlinkSync(TSPOD, join(host.directory, name));

describe("--version", () => {
  test("tspod says Podman's version, and its own behind it", async () =>
    assert.equal(await host.ok(["--version"]), `tspod version 5.8.6+tspod.${version}`));
  test("-v is the same", async () => assert.match(await host.ok(["-v"]), /^tspod version 5\.8\.6\+/));
  test("podman", async () => assert.equal(await called("podman", "--version"), "podman version 5.8.6"));
  test("docker", async () =>
    assert.equal(await called("docker", "--version"), `Docker version 28.5.2, build tspod-${version}`));
  test("with an empty operand, as podman-compose asks", async () =>
    assert.equal(await called("podman", "--version", ""), "podman version 5.8.6"));
  test("whatever follows", async () =>
    assert.equal(await called("podman", "--version", "ps", "operand"), "podman version 5.8.6"));
});

describe("version --format", () => {
  for (const [name, format, expected] of [
    ["podman", "{{.Client.Version}}", "5.8.6"],
    ["podman", "{{.Server.Version}}", "5.8.6"],
    ["podman", "{{.Version}}", "5.8.6"],
    ["podman", "{{.Client.APIVersion}}", "5.8.6"],
    ["docker", "{{.Server.Version}}", "28.5.2"],
    ["docker", "{{.Client.Version}}", "28.5.2"],
    ["docker", "{{.Server.APIVersion}} {{.Server.MinAPIVersion}} {{.Server.Os}}", "1.51 1.24 linux"],
  ] as const) {
    test(`${name} ${format}`, async () =>
      assert.equal(await called(name, "version", "--format", format), expected));
  }
  test("tspod's server has Podman's version alone: scripts make a tag of it", async () =>
    assert.match(
      await host.ok(["version", "--format", "{{.Server.Version}}-{{.Server.Built}}"]),
      /^5\.8\.6-\d+$/,
    ));
  test("docker's JSON has client and server", async () => {
    const { Client, Server } = JSON.parse(await called("docker", "version", "--format", "json"));
    assert.deepEqual([Client.Version, Server.Version], ["28.5.2", "28.5.2"]);
  });
  test("podman's JSON has a client only, as without a server", async () =>
    assert.deepEqual(Object.keys(JSON.parse(await called("podman", "version", "--format", "json"))), [
      "Client",
    ]));
});

describe("info", () => {
  test("Podman's version", async () =>
    assert.equal(await called("podman", "info", "--format", "{{.Version.Version}}"), "5.8.6"));
  test("what Podman tells of its network's programs, and of the store", async () => {
    const { host: facts, store } = JSON.parse(await host.ok(["info", "--format", "json"]));
    assert.deepEqual(
      [facts.networkBackendInfo.backend, facts.networkBackendInfo.defaultNetwork],
      ["netavark", "podman"],
    );
    assert.match(facts.pasta.executable, /\/pasta$/);
    assert.match(facts.pasta.package, /^passt_/);
    assert.match(store.graphStatus["Backing Filesystem"], /^\S+$/);
    assert.equal(store.graphStatus["Supports volatile"], "true");
  });
  test("Docker's fields, for docker alone", async () => {
    const format =
      "{{.ServerVersion}} {{.OSType}} {{.Driver}} {{.CgroupVersion}} {{len .SecurityOptions}} {{.NCPU}}";
    assert.match(await called("docker", "info", "--format", format), /^28\.5\.2 linux overlay [12] \d+ \d+$/);
    const result = await host.tspod(["info", "--format", "{{.ServerVersion}}"]);
    assert.equal(result.code, 125);
    assert.match(result.stderr, /can't evaluate field ServerVersion/);
  });
});

describe("system connection: desktop programs ask for it first", () => {
  for (const [args, expected] of [
    [["ls"], "Name        URI         Identity    Default     ReadWrite"],
    [["list", "--format", "json"], "[]"],
    [["ls", "--format", "table {{.Name}} {{.URI}}"], "Name        URI"],
    [["ls", "--format", "{{.Name}}"], ""],
    [["ls", "-q"], ""],
  ] as const)
    test(args.join(" "), async () =>
      assert.equal(await host.ok(["system", "connection", ...args]), expected),
    );
  test("others are refused with the reason", async () =>
    assert.deepEqual(await host.tspod(["system", "connection", "add", "x", "ssh://y"]), {
      code: 125,
      stdout: "",
      stderr: "Error: `tspod system connection add` is not supported: there are no remote machines\n",
    }));
});

test("buildx inspect answers as podman 5.8.6, whatever builder it is asked for", async () => {
  const { os, architecture } = hostPlatform(process.arch);
  const platforms = [`${os}/${architecture}`, ...emulatedPlatforms()].join(", ");
  const expected = [
    "Name:   default\nDriver: podman\n",
    "Nodes:\nName:             default\nEndpoint:         default\nStatus:           running",
    `Buildkit version: N/A\nPlatforms:        ${platforms}\nLabels: \n`,
  ].join("\n");
  for (const args of [["buildx"], ["builder"]])
    for (const more of [[], ["--bootstrap"], ["other"]])
      assert.deepEqual(await host.tspod([...args, "inspect", ...more]), {
        code: 0,
        stdout: expected,
        stderr: "",
      });
});

test("buildx inspect takes one name", async () =>
  assert.deepEqual(await host.tspod(["buildx", "inspect", "a", "b"]), {
    code: 125,
    stdout: "",
    stderr: "Error: accepts at most 1 arg(s), received 2\n",
  }));

test("buildx version and context ls answer, as podman 5.8.6", async () => {
  assert.match(await host.ok(["buildx", "version"]), /^buildah 1\.43\.2$/);
  assert.equal(await host.ok(["builder", "version"]), await host.ok(["buildx", "version"]));
  assert.match(await host.ok(["context", "ls"]), /^Name +URI +Identity +Default +ReadWrite$/);
  assert.equal(await host.ok(["context", "ls", "--format", "json"]), "[]");
  assert.match((await host.tspod(["context", "use", "x"])).stderr, /tspod has no daemon to choose/);
});
