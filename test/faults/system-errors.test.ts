import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { TSPOD } from "../support/program.ts";
import { IMAGE, makeWorld } from "../support/world.ts";

const world = await makeWorld();
after(() => world.close());
const { host } = world;
const at = (...names: string[]) => join(host.directory, ...names);
const LONG = "A".repeat(5000);
const VERY_LONG = "A".repeat(130_000);
mkdirSync(at("directory"));
writeFileSync(at("file"), "x");
writeFileSync(at("unit.container"), `[Container]\nImage=${IMAGE}\n`);
await host.ok(["create", "--name", "box", IMAGE, "true"]);
await host.ok(["volume", "create", "v"]);

/** One line that speaks of no defect, nothing on stdout. */
function assertOneLine(
  { code, stdout, stderr }: { code: number; stdout: string; stderr: string },
  codes: number[],
) {
  assert.ok(codes.includes(code), `exit code ${code}: ${stderr}`);
  assert.ok(stdout === "" || stdout === "[]\n", stdout); // of inspect
  assert.match(
    stderr,
    /^(?:(?:Trying to pull|Getting image|Copying|Writing manifest|Storing) [^\n]*\n)*Error: [^\n]*\n(?:See '[^\n]*\n)?$/,
    stderr.slice(0, 2000),
  );
  assert.doesNotMatch(stderr, /this is a bug|^ {4}at /m);
}

describe("a path that is not what it should be is told in one line", () => {
  const directory = at("directory");
  const file = at("file");
  const lines: (readonly string[])[] = [
    ["load", "-i", directory],
    ["load", "-i", `${file}/x`],
    ["load", "-i", `/${LONG}`],
    ["import", directory],
    ["import", ""],
    ["import", "."],
    ["import", LONG],
    ["pull", `oci:${LONG}`],
    ["pull", `docker-archive:${LONG}`],
    ["pull", `dir:${file}/x`],
    ["save", "-o", LONG, IMAGE],
    ["save", "-o", `${file}/x`, IMAGE],
    ["inspect", VERY_LONG],
    ["volume", "inspect", VERY_LONG],
    ["volume", "create", VERY_LONG],
    ["secret", "create", LONG, file],
    ["secret", "create", "s", directory],
    ["secret", "create", "s", LONG],
    ["quadlet", "install", LONG],
    ["quadlet", "print", LONG],
    ["run", "--rm", "--rootfs", file],
    ["run", "--rm", "--rootfs", `${file}/x`, "true"],
    ["run", "--rm", "-v", `${file}/x:/y`, IMAGE, "true"],
    ["run", "--rm", "-v", `/${LONG}:/y`, IMAGE, "true"],
    ["run", "--rm", "-v", `/tmp:/${LONG}`, IMAGE, "true"],
    ["run", "--rm", "-w", "/etc/passwd/x", IMAGE, "pwd"],
    ["run", "--rm", "-w", `/${LONG}`, IMAGE, "pwd"],
    ["run", "--rm", "--env-file", directory, IMAGE, "true"],
    ["run", "--rm", "--env-file", LONG, IMAGE, "true"],
    ["run", "--rm", "--label-file", `${file}/x`, IMAGE, "true"],
    ["run", "--rm", "--cidfile", directory, IMAGE, "true"],
    ["run", "--rm", "--cidfile", `${file}/x`, IMAGE, "true"],
    ["run", "--rm", "--cidfile", LONG, IMAGE, "true"],
    ["run", "--rm", "--pidfile", directory, IMAGE, "true"],
    ["run", "--rm", "--pidfile", `${file}/x`, IMAGE, "true"],
    ["run", "--rm", "--security-opt", `seccomp=${directory}`, IMAGE, "true"],
    ["run", "--rm", "--log-opt", `path=${file}/x`, IMAGE, "true"],
    ["run", "--rm", "--name", VERY_LONG, IMAGE, "true"],
    ["run", "--rm", "--hostname", VERY_LONG, IMAGE, "true"],
    ["run", "--rm", "--authfile", directory, "test.localhost/none"],
    ["commit", "--iidfile", directory, "box", "x"],
    ["commit", "--iidfile", `${file}/x`, "box", "x"],
    ["rm", "--cidfile", directory],
    ["rm", "--cidfile", `${file}/x`],
    ["start", VERY_LONG],
    ["rename", "box", VERY_LONG],
    ["tag", IMAGE, VERY_LONG],
    ["rmi", VERY_LONG],
    ["cp", `${file}/x`, "box:/tmp"],
    ["cp", "box:/etc/passwd", `${file}/x/y`],
    ["cp", `box:/${LONG}`, directory],
    ["cp", LONG, "box:/tmp"],
    ["export", "-o", directory, "box"],
    ["export", "-o", LONG, "box"],
    ["volume", "export", "-o", directory, "v"],
    ["volume", "import", "v", directory],
    ["volume", "import", "v", LONG],
    ["login", "--authfile", directory, "-u", "u", "-p", "p", "test.localhost"],
    ["push", "--digestfile", directory, IMAGE],
    ["push", "--digestfile", `${file}/x`, IMAGE],
    ["manifest", "push", "--digestfile", directory, IMAGE, "docker://test.localhost/x"],
    ["generate", "systemd", LONG],
    ["--root", file, "ps"],
    ["--root", `${file}/x`, "ps"],
    ["--root", LONG, "ps"],
    ["--runroot", file, "run", "--rm", IMAGE, "true"],
    ["image", "trust", "set", "--pubkeysfile", LONG, "x.localhost"],
    ["image", "sign", "--sign-by", "x", "-d", `${file}/x`, "docker://test.localhost/busybox"],
  ];
  for (const args of lines)
    test(
      args
        .join(" ")
        .replaceAll(VERY_LONG, "VERYLONG")
        .replaceAll(LONG, "LONG")
        .replaceAll(host.directory, ""),
      async () => {
        assertOneLine(await host.tspod(args), [1, 125, 126, 127]);
      },
    );
});

test("what fits no image is no error, however long", async () => {
  for (const args of [
    ["images", VERY_LONG],
    ["images", "-f", `reference=${VERY_LONG}`],
  ])
    assert.deepEqual(await host.tspod([...args, "-q"]), { code: 0, stdout: "", stderr: "" });
});

test("an output file that can't be written is told before the work", async () => {
  const before = await host.ok(["images", "-aq"]);
  for (const path of [at("directory"), at("file/x"), at("none/x")])
    await host.tspod(["commit", "-q", "--iidfile", path, "box", "not-made"]);
  assert.equal(await host.ok(["images", "-aq"]), before);
});

describe("settings that are a directory, or closed", () => {
  for (const name of ["CONTAINERS_CONF", "CONTAINERS_REGISTRIES_CONF", "REGISTRY_AUTH_FILE"])
    test(name, async () => {
      for (const value of [at("directory"), at("file/x")]) {
        const result = await host.tspod(["pull", "-q", "test.localhost/none"], { env: { [name]: value } });
        assertOneLine(result, [125]);
      }
    });
});

describe("a store where something is missing or closed", () => {
  /** Without its files the layer is a ruin: what uses it says so, and what lists it goes on. */
  test("a layer whose files are gone", async () => {
    const root = mkdtempSync(at("store-"));
    const args = ["--root", root];
    await host.ok([...args, "pull", "-q", IMAGE]);
    await host.ok(["unshare", "sh", "-c", `rm -rf "$0"/layers/*/fs`, root]);
    assertOneLine(await host.tspod([...args, "run", "--rm", IMAGE, "true"]), [125, 126]);
    await host.ok([...args, "images"]);
    await host.ok([...args, "rmi", "-a", "-f"]);
  });

  test("a store on a read-only file system", async () => {
    const root = mkdtempSync(at("store-"));
    const script = `mount -t tmpfs -o mode=700 none "$1" && "$0" --root "$1" volume create v && mount -o remount,ro,bind "$1" &&
      { "$0" --root "$1" secret create s "$2"; echo $?; "$0" --root "$1" volume create w; echo $?;
        "$0" --root "$1" pull -q ${IMAGE}; echo $?; "$0" --root "$1" volume ls -q; }`;
    const { stdout, stderr } = await host.tspod(["unshare", "sh", "-c", script, TSPOD, root, at("file")]);
    assert.equal(stdout, "v\n125\n125\n125\nv\n", stderr);
    assert.match(stderr, /^(?:(?:Trying to pull [^\n]*|Error: [^\n]*read-only file system[^\n]*)\n)+$/);
    assert.match(stderr, /"[^"]*\/(?:secrets|tmp)[^"]*"/);
  });
});
