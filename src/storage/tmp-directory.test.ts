import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";
import { tmpStore } from "../../test/fixtures/build-image.ts";
import { makeLocked } from "../os/file-lock.ts";
import { makeTmpDirectory, makeTmpFile, moveToTrash, sweepTmp } from "./tmp-directory.ts";

const HERE = pathToFileURL(`${import.meta.dirname}/`).href;

/** Makes a directory in tmp/, says its path, and stays. */
function maker(root: string): string {
  return `
    const { openStore } = await import("${HERE}store.ts");
    const { makeTmpDirectory } = await import("${HERE}tmp-directory.ts");
    const made = makeTmpDirectory(openStore(${JSON.stringify(root)}), "layer");
    process.stdout.write(made.path);
    setInterval(() => made, 1000);`;
}

test("what is made in another pid namespace stays until its maker is killed", async (context) => {
  const store = tmpStore(context);
  const namespaces = ["--user", "--map-root-user", "--pid", "--fork", "--kill-child", "--mount-proc"];
  const child = spawn(
    "unshare",
    [...namespaces, process.execPath, "--input-type=module", "-e", maker(store.root)],
    {
      stdio: ["ignore", "pipe", "inherit"],
    },
  );
  context.after(() => child.kill("SIGKILL"));
  const [path] = await once(child.stdout, "data");
  sweepTmp(store);
  assert.ok(existsSync(String(path)));
  child.kill("SIGKILL");
  await once(child, "close");
  sweepTmp(store);
  assert.deepEqual(readdirSync(store.tmp), []);
});

test("a directory or a file goes with its maker's block; what a maker that is gone has left is swept", (context) => {
  const store = tmpStore(context);
  const hex = "0f".repeat(32);
  mkdirSync(join(store.tmp, "layer-0123456789abcdef", "fs"), { recursive: true });
  for (const name of [`blob-0123456789abcdef-${hex}`, `hint-fedcba9876543210-${hex}.zstd`])
    writeFileSync(join(store.tmp, name), "x");
  {
    using directory = makeTmpDirectory(store, "layer");
    using file = makeTmpFile(store, "blob", hex);
    sweepTmp(store);
    const made = [directory, file].map(({ path }) => path.slice(store.tmp.length + 1));
    assert.deepEqual(readdirSync(store.tmp).sort(), made.sort());
  }
  assert.deepEqual(readdirSync(store.tmp), []);
});

test("a file that was moved to its place stays there, with what was written", (context) => {
  const store = tmpStore(context);
  const place = join(store.root, "place");
  {
    using file = makeTmpFile(store, "blob", "0f".repeat(32));
    writeFileSync(file.fd, "content");
    renameSync(file.path, place);
  }
  assert.deepEqual([readFileSync(place, "utf8"), readdirSync(store.tmp)], ["content", []]);
});

test("what has such a name and is no file is swept by nobody", (context) => {
  const store = tmpStore(context);
  symlinkSync("/etc/passwd", join(store.tmp, "blob-0123456789abcdef"));
  sweepTmp(store);
  assert.deepEqual(readdirSync(store.tmp), ["blob-0123456789abcdef"]);
});

test("a layer's lock that a killed call has left is swept, one that is held is not", (context) => {
  const store = tmpStore(context);
  const locks = join(store.locks, "layers");
  const [left, held] = ["a", "b"].map((digit) => `${digit.repeat(64)}.lock`);
  writeFileSync(join(locks, left ?? ""), "");
  writeFileSync(join(locks, "notes"), "");
  {
    using _lock = makeLocked(join(locks, held ?? ""), 0o600);
    sweepTmp(store);
    assert.deepEqual(readdirSync(locks).sort(), [held, "notes"]);
  }
  sweepTmp(store);
  assert.deepEqual(readdirSync(locks), ["notes"]);
});

test("a container's lock is swept where the container is gone", (context) => {
  const store = tmpStore(context);
  const locks = join(store.locks, "containers");
  const [gone, there] = ["a".repeat(64), "b".repeat(64)];
  mkdirSync(join(store.containers, there));
  for (const id of [gone, there]) writeFileSync(join(locks, `${id}.lock`), "");
  sweepTmp(store);
  assert.deepEqual(readdirSync(locks), [`${there}.lock`]);
});

test("moved to the trash, a directory is gone; one that is gone already is no error", (context) => {
  const store = tmpStore(context);
  const path = join(store.containers, "c");
  mkdirSync(join(path, "upper"), { recursive: true });
  moveToTrash(store, path);
  moveToTrash(store, path);
  assert.deepEqual([readdirSync(store.containers), readdirSync(store.tmp)], [[], []]);
});

test("what tspod has not made stays, whatever its age", (context) => {
  const store = tmpStore(context);
  const others = ["precious", "layer-left", "a-0123456789abcdef0", "notes.txt", ".directory"];
  for (const name of others) mkdirSync(join(store.tmp, name, "fs"), { recursive: true });
  for (const name of ["0123", "notes"]) {
    writeFileSync(join(store.partial, name), "x");
    utimesSync(join(store.partial, name), 1, 1);
  }
  sweepTmp(store, { partialKept: 0 });
  assert.deepEqual(readdirSync(store.tmp).sort(), [...others].sort());
  assert.deepEqual(readdirSync(store.partial), ["0123", "notes"]);
});

test("trash that a killed call has left goes with the next removal", (context) => {
  const store = tmpStore(context);
  for (const name of ["trash-0123456789abcdef", `trash-${"0".repeat(64)}-307`]) {
    mkdirSync(join(store.tmp, name, "x"), { recursive: true });
    moveToTrash(store, join(store.containers, "gone"));
    assert.deepEqual(readdirSync(store.tmp), []);
    mkdirSync(join(store.tmp, name, "x"), { recursive: true });
    sweepTmp(store);
    assert.deepEqual(readdirSync(store.tmp), []);
  }
});

test("a directory whose sweeper got the lock first is made anew", async (context) => {
  const store = tmpStore(context);
  const sweeper = `
    import { rmdirSync } from "node:fs";
    const { tryLockDirectory } = await import("${HERE}../os/file-lock.ts");
    const lock = tryLockDirectory(process.argv[1]);
    process.stdout.write("locked");
    setTimeout(() => { rmdirSync(process.argv[1]); lock[Symbol.dispose](); }, 300);`;
  const path = join(store.tmp, "layer-0123456789abcdef");
  mkdirSync(path);
  const child = spawn(process.execPath, ["--input-type=module", "-e", sweeper, path], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(child.stdout, "data");
  using made = makeTmpDirectory(store, "layer", "0123456789abcdef");
  assert.equal(made.path, path);
  assert.ok(existsSync(path));
  await once(child, "close");
});

test("a file that a killed call has not finished is swept; one that is being written is not", (context) => {
  const store = tmpStore(context);
  const [left, fresh, other] = [".index.json.77.tmp", ".index.json.78.tmp", ".hidden"];
  for (const name of [left, fresh, other]) writeFileSync(join(store.images, name), "half");
  const written = makeLocked(join(store.images, ".index.json.79.tmp"), 0o600);
  const unfinished = () => readdirSync(store.images).filter((name) => name.startsWith("."));
  for (const name of unfinished()) if (name !== fresh) utimesSync(join(store.images, name), 1, 1);
  sweepTmp(store);
  assert.deepEqual(unfinished().sort(), [other, fresh, ".index.json.79.tmp"].sort());
  written[Symbol.dispose]();
  sweepTmp(store);
  assert.deepEqual(unfinished().sort(), [other, fresh].sort());
});
