import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import type { Result } from "../support/program.ts";
import { IMAGE, makeWorld } from "../support/world.ts";

const world = await makeWorld();
const { host } = world;

const root = join(host.directory, "store");
const at = (...names: string[]) => join(root, ...names);
const tspod = (...args: string[]) => host.tspod(["--root", root, ...args], { timeoutMs: SOON_MS });
const ok = (...args: string[]) => host.ok(["--root", root, ...args]);
/** A call that waits for nothing; on a machine with much to do. */
const SOON_MS = 60_000;
const saved = join(host.directory, "saved");

let id = "";
let otherId = "";
before(async () => {
  await ok("pull", "-q", IMAGE);
  await ok("volume", "create", "data");
  await ok("volume", "create", "other");
  writeFileSync(join(host.directory, "word"), "hush");
  await ok("secret", "create", "word", join(host.directory, "word"));
  await ok("secret", "create", "second", join(host.directory, "word"));
  id = await ok("create", "--name", "box", "-v", "data:/d", IMAGE, "true");
  otherId = await ok("create", "--name", "sound", IMAGE, "true");
  await host.ok(["unshare", "cp", "-a", root, saved]);
});
after(async () => {
  await host.ok(["unshare", "rm", "-rf", root, saved]);
  await world.close();
});

/** The store as it was. */
async function restore(): Promise<void> {
  await host.ok(["unshare", "sh", "-c", 'rm -rf "$1" && cp -a "$2" "$1"', "sh", root, saved]);
}

function layerRecord(): string {
  const [name = ""] = readdirSync(at("layers"));
  return at("layers", name, "layer.json");
}

function manifestBlob(): string {
  const { manifests } = JSON.parse(readFileSync(join(saved, "images/index.json"), "utf8"));
  return at("images/blobs/sha256", manifests[0].digest.replace("sha256:", ""));
}

function configBlob(): string {
  const { config } = JSON.parse(
    readFileSync(join(saved, "images/blobs/sha256", manifestBlob().split("/").at(-1) ?? ""), "utf8"),
  );
  return at("images/blobs/sha256", config.digest.replace("sha256:", ""));
}

type Damage = (path: string) => void;

const DAMAGES: Readonly<Record<string, Damage>> = {
  "cut off": (path) => writeFileSync(path, readFileSync(path, "utf8").slice(0, 40)),
  empty: (path) => writeFileSync(path, ""),
  zeros: (path) => writeFileSync(path, Buffer.alloc(512)),
  "no JSON": (path) => writeFileSync(path, "\x1b[2J<html>"),
  "a version only": (path) => writeFileSync(path, '{"schemaVersion":1}'),
  null: (path) => writeFileSync(path, "null"),
  "nulls in it": (path) => {
    const value = JSON.parse(readFileSync(path, "utf8"));
    for (const key of Object.keys(value)) if (key !== "schemaVersion") value[key] = null;
    writeFileSync(path, JSON.stringify(value));
  },
  "numbers in it": (path) => {
    const value = JSON.parse(readFileSync(path, "utf8"));
    for (const key of Object.keys(value)) if (key !== "schemaVersion") value[key] = 7;
    writeFileSync(path, JSON.stringify(value));
  },
  "a name that leads out": (path) => {
    const value = JSON.parse(readFileSync(path, "utf8"));
    writeFileSync(path, JSON.stringify({ ...value, name: "../../../x", id: "../x", digest: "../x" }));
  },
  "a directory": (path) => {
    rmSync(path);
    mkdirSync(path);
  },
  "a fifo": (path) => {
    rmSync(path);
    execFileSync("mkfifo", [path]);
  },
  missing: (path) => rmSync(path),
};

const FEW: readonly string[] = ["empty", "nulls in it", "a version only", "a directory", "a fifo", "missing"];

/** Commands that are about everything: none of them may end because of one thing. */
const LISTS: readonly (readonly string[])[] = [
  ["ps", "-a"],
  ["ps", "-a", "--format", "json"],
  ["images"],
  ["images", "-a", "--format", "json"],
  ["volume", "ls"],
  ["volume", "ls", "--filter", "dangling=true"],
  ["secret", "ls"],
  ["system", "df"],
  ["system", "df", "-v"],
  ["info"],
  ["stats", "--no-stream"],
  ["container", "exists", "sound"],
  ["inspect", "sound"],
  ["logs", "sound"],
  ["create", "--rm", IMAGE, "true"],
];

/** Warnings, and no word of a defect; bounded by the time-out of tspod(). */
function assertSane({ stderr }: Result, args: readonly string[]): void {
  assert.doesNotMatch(stderr, /this is a bug|^ {4}at /m, args.join(" "));
  assert.ok(!stderr.includes("\x1b") || stderr.includes("\\x1b"), args.join(" "));
}

/** Commands that do their work without one record that is damaged. */
const WITHOUT_IT = "ps images volume secret system info stats container inspect logs create".split(" ");

const KINDS: readonly {
  readonly kind: string;
  readonly path: () => string;
  /** What has to work with a warning; others may fail in one line, where that is what they are about. */
  readonly lists: readonly string[];
  readonly remove?: readonly string[];
  readonly gone?: () => string;
  /** Tried with all damages, not only with a few. */
  readonly all?: boolean;
  /** Damages that are none for it. */
  readonly harmless?: readonly string[];
}[] = [
  {
    kind: "a container's record",
    all: true,
    path: () => at("containers", id, "container.json"),
    lists: WITHOUT_IT,
    remove: ["rm", "-f", "box"],
    gone: () => at("containers", id),
  },
  {
    kind: "a volume's record",
    path: () => at("volumes/data/volume.json"),
    lists: WITHOUT_IT,
    remove: ["volume", "rm", "-f", "data"],
    gone: () => at("volumes/data"),
  },
  {
    kind: "a secret",
    path: () => at("secrets/word.json"),
    lists: WITHOUT_IT,
    remove: ["secret", "rm", "word"],
    gone: () => at("secrets/word.json"),
    harmless: ["missing"],
  },
  {
    kind: "a layer's record",
    path: layerRecord,
    harmless: ["a name that leads out"],
    lists: ["ps", "images", "volume", "secret", "system", "info", "stats", "container", "inspect", "logs"],
  },
  {
    kind: "a manifest",
    path: manifestBlob,
    lists: ["ps", "images", "volume", "secret", "system", "info", "stats", "container", "logs"],
    remove: ["rmi", "-f", IMAGE],
  },
  {
    kind: "an image config",
    path: configBlob,
    lists: ["ps", "images", "volume", "secret", "system", "info", "stats", "container", "logs"],
    remove: ["rmi", "-f", IMAGE],
  },
  {
    kind: "index.json",
    path: () => at("images/index.json"),
    harmless: ["nulls in it", "a name that leads out"],
    lists: ["ps", "volume", "secret", "stats", "container", "logs"],
  },
];

/** In the shortest time that shows it: each kind with each damage, its lists, its repair, its removal. */
for (const { kind, path, lists, remove, gone, harmless = [], all = false } of KINDS)
  describe(kind, () => {
    for (const [name, damage] of Object.entries(DAMAGES).filter(
      ([each]) => (all || FEW.includes(each)) && !harmless.includes(each),
    ))
      test(`${name}: lists go on, a check finds it, removal by name works`, async () => {
        await restore();
        if (existsSync(path())) chmodSync(path(), 0o600);
        damage(path());
        const wanted = new Set(lists);
        for (const args of LISTS.filter((_, at) => at % 5 === name.length % 5)) {
          const result = await tspod(...args);
          assertSane(result, args);
          if (wanted.has(args[0] ?? "")) assert.equal(result.code, 0, `${args.join(" ")}: ${result.stderr}`);
        }
        const checked = await tspod("system", "check", "--quick");
        assertSane(checked, ["system", "check"]);
        assert.equal(checked.code, 125, `${checked.stdout}${checked.stderr}`);
        if (remove !== undefined) {
          const removed = await tspod(...remove);
          assertSane(removed, remove);
          assert.equal(removed.code, 0, removed.stderr);
          if (gone !== undefined) assert.ok(!existsSync(gone()));
        }
      });

    for (const name of ["cut off", "a directory"])
      test(`${name}: a repair mends it, or sets it aside`, async () => {
        await restore();
        chmodSync(path(), 0o600);
        DAMAGES[name]?.(path());
        const repaired = await tspod("system", "check", "--repair");
        assertSane(repaired, ["system", "check", "--repair"]);
        const again = await tspod("system", "check");
        assert.deepEqual(
          [again.code, again.stdout],
          [0, ""],
          `${repaired.stdout}${again.stdout}${again.stderr}`,
        );
        for (const args of LISTS.filter((_, index) => [1, 3, 5, 8].includes(index))) {
          const result = await tspod(...args);
          assert.equal(result.code, 0, `${args.join(" ")}: ${result.stderr}`);
          assert.equal(result.stderr, "", args.join(" "));
        }
      });
  });

test("index.json is made anew with the names that can still be read in it, or that containers know", async () => {
  await restore();
  await ok("tag", IMAGE, "another.localhost/name:1");
  const text = readFileSync(at("images/index.json"), "utf8");
  writeFileSync(at("images/index.json"), text.slice(0, -20));
  await ok("system", "check", "--repair");
  assert.match(await ok("images", "--format", "{{.Repository}}:{{.Tag}}"), /test\.localhost\/busybox:latest/);
  writeFileSync(at("images/index.json"), "");
  await ok("system", "check", "--repair");
  assert.equal(await ok("images", "--format", "{{.Repository}}:{{.Tag}}"), IMAGE);
  await ok("run", "--rm", "--pull", "never", IMAGE, "true");
});

test("a container that runs can be removed although its record is damaged", async () => {
  await restore();
  const running = await ok("run", "-d", "--name", "runs", IMAGE, "sleep", "1000");
  const pid = Number(await ok("inspect", "--format", "{{.State.Pid}}", "runs"));
  writeFileSync(at("containers", running, "container.json"), "{");
  assert.deepEqual(await tspod("rm", "-f", "runs"), {
    code: 0,
    stdout: "runs\n",
    stderr: "",
  });
  assert.ok(!existsSync(`/proc/${pid}`));
  assert.ok(!existsSync(at("containers", running)));
  assert.equal(await ok("run", "--rm", "--name", "runs", IMAGE, "echo", "well"), "well", "its name is free");
});

test("what a list leaves out it names, once, and shows the others", async () => {
  await restore();
  writeFileSync(at("containers", id, "container.json"), "{");
  const { code, stdout, stderr } = await tspod("ps", "-a", "--format", "{{.Names}}");
  assert.deepEqual([code, stdout], [0, "sound\n"]);
  assert.equal(
    stderr,
    `WARN[0000] "${at("containers", id, "container.json")}" is damaged (use \`tspod system check --repair\`): it is not JSON\n`,
  );
  assert.equal((await tspod("inspect", otherId)).code, 0);
  const named = await tspod("inspect", "box");
  assert.match(
    named.stderr,
    /container\.json" is damaged \(use `tspod system check --repair`\): it is not JSON/,
  );
});
