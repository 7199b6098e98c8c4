import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import { after, afterEach, beforeEach, describe, test } from "node:test";
import { descriptorOf, makeBlob, makeImage, type TestImage } from "../support/image.ts";
import { runProgram, TSPOD } from "../support/program.ts";
import { IMAGE, makeWorld } from "../support/world.ts";

const world = await makeWorld();
after(() => world.close());
const { host, registry } = world;

/** Names of images and containers, and the temporary files: what must be as before after a failure. */
async function whatIsThere(): Promise<string> {
  const temporary = join(host.dataDirectory, "tspod/tmp");
  const files = existsSync(temporary)
    ? execFileSync("find", [temporary, "-mindepth", "1", "!", "-name", "*.lock"], { encoding: "utf8" })
    : "";
  return `${await host.ok(["images", "--format", "{{.Repository}}:{{.Tag}}"])}\n${await host.ok(["ps", "-a", "--format", "{{.Names}}"])}\n${files}`;
}

let before = "";
beforeEach(async () => {
  before = await whatIsThere();
});
afterEach(async () => {
  registry.intercept(undefined);
  assert.equal(await whatIsThere(), before, "something was left behind");
});

/** It must fail with one line on stderr, that matches, and nothing on stdout. */
async function failsWith(args: readonly string[], code: number, message: RegExp): Promise<void> {
  const result = await host.tspod(args);
  assert.equal(result.code, code, `${result.stdout}${result.stderr}`);
  const lines = result.stderr
    .trimEnd()
    .split("\n")
    .filter((line) => !/^Trying to pull|^Getting image|^Copying|^See '/.test(line));
  assert.equal(lines.length, 1, result.stderr);
  assert.match(lines[0] ?? "", message);
  assert.equal(result.stdout, "");
}

test("a current directory that was removed is said to be so, and nothing else needs it", async () => {
  const gone = join(host.directory, "gone");
  const box = await host.ok(["create", IMAGE, "true"]);
  const inGone = (...args: string[]) =>
    runProgram("sh", ["-c", 'mkdir "$0" && cd "$0" && rmdir "$0" && exec "$@"', gone, TSPOD, ...args], {
      env: host.env,
    });
  const result = await inGone("run", "--rm", IMAGE, "true");
  assert.deepEqual(
    [result.code, result.stderr],
    [125, "Error: the current directory was removed: change to another one\n"],
  );
  assert.deepEqual(await inGone("cp", `${box}:/etc/passwd`, join(host.directory, "copy")), {
    code: 0,
    stdout: "",
    stderr: "",
  });
  await host.ok(["rm", box]);
});

test("cp: a place that may not be written to, and a device", async () => {
  const box = await host.ok(["create", IMAGE, "true"]);
  const from = `${box}:/etc/passwd`;
  await failsWith(
    ["cp", from, "/etc/nologin"],
    125,
    /^Error: copying ".*:\/etc\/passwd" to "\/etc\/nologin": permission denied$/,
  );
  await failsWith(
    ["cp", from, "/dev/null"],
    125,
    /^Error: invalid destination: "\/dev\/null" must be a directory or a regular file$/,
  );
  await host.ok(["rm", box]);
});

describe("run: what can't be", () => {
  for (const [name, args, code, message] of [
    [
      "an image that isn't there",
      ["run", "test.localhost/nosuch", "true"],
      125,
      /^Error: .*nosuch.*manifest unknown/,
    ],
    [
      "a tag that isn't there",
      ["run", "test.localhost/busybox:nosuch", "true"],
      125,
      /^Error: .*nosuch.*manifest unknown/,
    ],
    [
      "a registry that is down",
      ["run", "127.0.0.1:1/busybox", "true"],
      125,
      /^Error: .*127\.0\.0\.1:1.*(?:connection refused|ECONNREFUSED)/,
    ],
    [
      "a reference that is none",
      ["run", "Upper/Case", "true"],
      125,
      /^Error: .*(?:must be lower ?case|parsing reference)/,
    ],
    [
      "a command that isn't there",
      ["run", "--rm", IMAGE, "no-such-command"],
      127,
      /^Error: .*no-such-command/,
    ],
    [
      "a path that isn't there",
      ["run", "--rm", IMAGE, "/no/such/command"],
      127,
      /^Error: .*\/no\/such\/command/,
    ],
    [
      "a file that isn't a program",
      ["run", "--rm", IMAGE, "/etc/notes"],
      126,
      /^Error: .*permission denied/i,
    ],
    ["a directory", ["run", "--rm", IMAGE, "/etc"], 126, /^Error: /],
    ["a port that is no number", ["run", "--rm", "-p", "eighty:80", IMAGE, "true"], 125, /^Error: .*eighty/],
    [
      "a port out of range",
      ["run", "--rm", "-p", "70000:80", IMAGE, "true"],
      125,
      /^Error: .*(?:70000|between)/,
    ],
    ["a privileged port", ["run", "--rm", "-p", "80:80", IMAGE, "true"], 125, /^Error: .*privileged port 80/],
    [
      "a missing bind source",
      ["run", "--rm", "-v", "/no/such/source:/data", IMAGE, "true"],
      125,
      /^Error: statfs \/no\/such\/source: no such file or directory$/,
    ],
    ["a relative destination", ["run", "--rm", "-v", "/tmp:data", IMAGE, "true"], 125, /^Error: .*absolute/],
    [
      "two mounts on one destination",
      ["run", "--rm", "-v", "/tmp:/data", "-v", "/etc:/data", IMAGE, "true"],
      125,
      /^Error: .*\/data.*duplicate mount destination/,
    ],
    [
      "a user that isn't in the image",
      ["run", "--rm", "-u", "nobody-here", IMAGE, "true"],
      126,
      /^Error: .*nobody-here.*no matching entries in passwd file/,
    ],
    [
      "a working directory that isn't there",
      ["run", "--rm", "-w", "/no/such", IMAGE, "true"],
      126,
      /^Error: .*\/no\/such/,
    ],
    [
      "a runtime that isn't there",
      ["--runtime", "nosuchruntime", "run", "--rm", IMAGE, "true"],
      125,
      /^Error: .*nosuchruntime/,
    ],
    [
      "a network that isn't there",
      ["run", "--rm", "--network", "nosuchnet", IMAGE, "true"],
      125,
      /^Error: .*nosuchnet/,
    ],
    [
      "a capability that isn't one",
      ["run", "--rm", "--cap-add", "fly", IMAGE, "true"],
      125,
      /^Error: .*fly/i,
    ],
    [
      "a name with a slash",
      ["run", "--rm", "--name", "a/b", IMAGE, "true"],
      125,
      /^Error: .*names must match/,
    ],
    [
      "an env file that isn't there",
      ["run", "--rm", "--env-file", "/no/such/env", IMAGE, "true"],
      125,
      /^Error: .*\/no\/such\/env: no such file or directory/,
    ],
    [
      "a seccomp profile that isn't there",
      ["run", "--rm", "--security-opt", "seccomp=/no/such", IMAGE, "true"],
      125,
      /^Error: .*\/no\/such/,
    ],
    ["a boolean that is none", ["run", "--rm=perhaps", IMAGE, "true"], 125, /^Error: .*perhaps/],
  ] as const) {
    test(name, () => failsWith(args, code, message));
  }

  test("an unknown flag: with a suggestion", async () => {
    const result = await host.tspod(["run", "--hostnam", "x", IMAGE]);
    assert.equal(result.code, 125);
    assert.match(result.stderr, /^Error: unknown flag: --hostnam\n[\s\S]*--hostname/);
  });

  test("an unknown command: with a suggestion", async () => {
    const result = await host.tspod(["rnu", IMAGE]);
    assert.equal(result.code, 125);
    assert.match(result.stderr, /^Error: unrecognized command `\w+ rnu`[\s\S]*run/);
  });

  test("a command of Podman's that is not there: why", () =>
    failsWith(["machine", "ls"], 125, /^Error: `\w+ machine` is not supported: Linux needs no virtual/));

  test("no image", async () => {
    const result = await host.tspod(["run"]);
    assert.equal(result.code, 125);
    assert.match(result.stderr, /^Error: .*requires at least 1 arg/);
  });

  test("another architecture: the runtime's own words", async () => {
    const layers = [[{ path: "bin/" }, { path: "bin/sh", mode: 0o755, content: foreignProgram() }]];
    registry.add("foreign", "latest", makeImage({ layers, architecture: "s390x" }));
    const result = await host.tspod(["run", "--rm", "test.localhost/foreign", "/bin/sh"]);
    await host.ok(["rmi", "-f", "test.localhost/foreign"]);
    // crun has left by then, so that it is the container's own exit code, with Podman too.
    assert.ok(result.code === 126 || result.code === 1, result.stderr);
    assert.match(result.stderr, /exec format error/i);
  });
});

/** The header of an ELF program for S/390: enough for the kernel to refuse it. */
function foreignProgram(): Buffer {
  const header = Buffer.alloc(64);
  header.set([0x7f, 0x45, 0x4c, 0x46, 2, 2, 1]);
  header.writeUInt16BE(2, 16);
  header.writeUInt16BE(22, 18);
  return header;
}

/** The image with one layer's bytes changed by `change`, under the digest that it had. */
function corrupt(image: TestImage, change: (content: Buffer) => Buffer): TestImage {
  return { ...image, layers: image.layers.map((layer) => ({ ...layer, content: change(layer.content) })) };
}

describe("pull: a registry that lies", () => {
  const image = makeImage({ layers: [[{ path: "lie", content: "x".repeat(100_000) }]], compression: "none" });
  const flipped = (content: Buffer) =>
    Buffer.from(content.map((byte, index) => (index === 50_000 ? byte ^ 1 : byte)));

  test("a blob with a wrong digest", async () => {
    registry.add("lies", "latest", corrupt(image, flipped));
    await failsWith(["pull", "-q", "test.localhost/lies"], 125, /^Error: .*digest/i);
  });

  test("a blob that is too short", async () => {
    registry.add(
      "lies",
      "latest",
      corrupt(image, (content) => content.subarray(0, 10_000)),
    );
    await failsWith(
      ["pull", "-q", "test.localhost/lies"],
      125,
      /^Error: .*(?:size|digest|bytes|short|ended|EOF)/i,
    );
  });

  test("a blob that is too long", async () => {
    registry.add(
      "lies",
      "latest",
      corrupt(image, (content) => Buffer.concat([content, content])),
    );
    await failsWith(["pull", "-q", "test.localhost/lies"], 125, /^Error: .*(?:size|digest|bytes|long)/i);
  });

  test("a layer that isn't what the config calls it", async () => {
    const config = JSON.parse(image.config.content.toString());
    config.rootfs.diff_ids = [`sha256:${createHash("sha256").update("other").digest("hex")}`];
    const lyingConfig = makeBlob(image.config.mediaType, Buffer.from(JSON.stringify(config)));
    const manifest = { ...JSON.parse(image.manifest.content.toString()), config: descriptorOf(lyingConfig) };
    registry.add("lies", "latest", {
      ...image,
      config: lyingConfig,
      manifest: makeBlob(image.manifest.mediaType, Buffer.from(JSON.stringify(manifest))),
    });
    await failsWith(["pull", "-q", "test.localhost/lies"], 125, /^Error: .*(?:diff ?ID|digest)/i);
  });

  test("a manifest by digest that is another", async () => {
    const digest = `sha256:${"0".repeat(64)}`;
    registry.addManifest("lies", digest, image.manifest);
    await failsWith(["pull", "-q", `test.localhost/lies@${digest}`], 125, /^Error: .*digest/i);
  });

  test("a manifest that isn't JSON", async () => {
    registry.addManifest("lies", "garbage", makeBlob(image.manifest.mediaType, Buffer.from("<html>")));
    await failsWith(["pull", "-q", "test.localhost/lies:garbage"], 125, /^Error: /);
  });

  test("a layer that isn't a tar archive", async () => {
    const garbage = makeBlob("application/vnd.oci.image.layer.v1.tar", Buffer.alloc(2048, "g"));
    const config = makeBlob(
      image.config.mediaType,
      Buffer.from(
        JSON.stringify({
          ...JSON.parse(image.config.content.toString()),
          rootfs: { type: "layers", diff_ids: [garbage.digest] },
        }),
      ),
    );
    const manifest = {
      ...JSON.parse(image.manifest.content.toString()),
      config: descriptorOf(config),
      layers: [descriptorOf(garbage)],
    };
    registry.add("lies", "tar", {
      config,
      layers: [garbage],
      manifest: makeBlob(image.manifest.mediaType, Buffer.from(JSON.stringify(manifest))),
    });
    await failsWith(["pull", "-q", "test.localhost/lies:tar"], 125, /^Error: .*tar/i);
  });
});

describe("pull: hostile layers stay inside, or are refused", () => {
  const outside = join(host.directory, "outside");
  mkdirSync(outside);
  for (const [name, entries] of [
    ["../ in a path", [{ path: "../../../../../../../../..".concat(outside, "/a"), content: "out" }]],
    ["an absolute path", [{ path: `${outside}/b`, content: "out" }]],
    [
      "a symlink out, and a file through it",
      [
        { path: "way", linkTo: outside },
        { path: "way/c", content: "out" },
      ],
    ],
    [
      "a relative symlink out",
      [
        { path: "up", linkTo: `../../../../../../../../..${outside}` },
        { path: "up/d", content: "out" },
      ],
    ],
    [
      "a hard link to a file outside",
      [{ path: "e", type: "hardlink" as const, linkTo: "../../../../../../../../etc/passwd" }],
    ],
  ] as const) {
    test(name, async () => {
      registry.add("hostile", "latest", makeImage({ layers: [entries] }));
      const result = await host.tspod(["pull", "-q", "test.localhost/hostile"]);
      assert.deepEqual(readdirSync(outside), []);
      if (result.code === 0) await host.ok(["rmi", "-f", "test.localhost/hostile"]);
      else assert.match(result.stderr, /^Error: [^\n]+\n$/);
    });
  }
});

test("a disk that is full in the middle of a pull: says so, leaves nothing, and goes on when there is room", async () => {
  registry.add(
    "big",
    "latest",
    makeImage({ layers: [[{ path: "big", content: Buffer.alloc(24 << 20, 7) }]], compression: "none" }),
  );
  // A file system of 8 MB for the store, in a user namespace of its own: the test needs no rights for that.
  const script = `mkdir -p small && mount -t tmpfs -o size=8m none small && export XDG_DATA_HOME=$PWD/small && "$0" pull -q test.localhost/big; echo "code $?"; find small -type f -size +64k | wc -l; "$0" images -q`;
  const result = await runProgram(TSPOD, ["unshare", "sh", "-c", script, TSPOD], {
    env: host.env,
    cwd: host.directory,
  });
  assert.match(result.stderr, /^Error: .*no space left on device[^\n]*\n$/i);
  assert.equal(result.stdout, "code 125\n0\n");
});

test("ctrl-C in the middle of a pull: ends at once, and the next pull goes on", async () => {
  const image = makeImage({
    layers: [[{ path: "slow", content: Buffer.alloc(4 << 20, 1) }]],
    compression: "none",
  });
  registry.add("slow", "latest", image);
  registry.intercept((request, response, content) => {
    if (!request.url?.includes(image.layers[0]?.digest ?? "") || !content) return false;
    response.writeHead(200, { "content-length": content.length });
    response.write(content.subarray(0, 1 << 20)); // and never the rest
    return true;
  });
  const pull = host.start(["pull", "test.localhost/slow"]);
  await new Promise((done) => setTimeout(done, 1500));
  pull.child.kill("SIGINT");
  const { code } = await pull.ended;
  assert.ok(code === 130 || code === 125, `exit ${code}`);
  assert.equal(await host.ok(["images", "-q", "test.localhost/slow"]), "");
  registry.intercept(undefined);
  await host.ok(["pull", "-q", "test.localhost/slow"]);
  await host.ok(["rmi", "test.localhost/slow"]);
});

describe("surroundings", () => {
  const shell = (script: string) => runProgram("sh", ["-c", script, TSPOD], { env: host.env });

  test("standard output on a full disk: one line", async () => {
    const result = await shell('"$0" images >/dev/full');
    assert.deepEqual(result, {
      code: 125,
      stdout: "",
      stderr: "Error: writing standard output: no space left on device\n",
    });
  });

  test("standard error on a full disk: the exit code says it all the same", async () => {
    const result = await shell('"$0" images --nosuch 2>/dev/full');
    assert.deepEqual(result, { code: 125, stdout: "", stderr: "" });
  });

  test("a file that must not be looked at: which, and why", async () => {
    const directory = join(host.directory, "closed");
    mkdirSync(directory);
    symlinkSync("loop", join(directory, "loop"));
    const path = join(directory, "loop/file");
    const reason = "too many levels of symbolic links";
    await failsWith(
      ["pull", "--authfile", path, IMAGE],
      125,
      new RegExp(`^Error: credential file is not accessible: faccessat ${path}: ${reason}$`),
    );
    await failsWith(
      ["save", "-o", path, IMAGE],
      125,
      new RegExp(`^Error: opening file "${path}": open ${path}: ${reason}$`),
    );
    await failsWith(
      ["save", "--format", "oci-dir", "-o", path, IMAGE],
      125,
      new RegExp(`^Error: writing "${path}": ${reason}$`),
    );
  });

  for (const home of ["-u HOME", "HOME="]) {
    test(`env ${home}: the one of /etc/passwd, as the user's id outside has it`, async () => {
      const result = await shell(`env -u XDG_DATA_HOME ${home} "$0" info --format "{{.Store.GraphRoot}}"`);
      assert.deepEqual(result, { code: 0, stdout: `${userInfo().homedir}/.local/share/tspod\n`, stderr: "" });
    });
  }

  test("a store where no directory can be made: one line", async () => {
    assert.deepEqual(await host.tspod(["--root", "/proc/no/such", "ps"]), {
      code: 125,
      stdout: "",
      stderr: 'Error: making the store "/proc/no/such": no such file or directory\n',
    });
  });

  test("a runtime directory that can't be made: one line, and no container is left", async () => {
    const { code, stdout, stderr } = await host.tspod([
      "--runroot",
      "/proc/no",
      "run",
      "--rm",
      IMAGE,
      "true",
    ]);
    assert.deepEqual([code, stdout], [126, ""]);
    assert.match(
      stderr,
      /^Error: making the runtime directory "\/proc\/no\/containers\/\w+": no such file or directory\n$/,
    );
    assert.equal(await host.ok(["ps", "-aq"]), "");
  });

  test("a directory for quadlets that can't be made: one line", async () => {
    writeFileSync(join(host.directory, "no.container"), `[Container]\nImage=${IMAGE}\n`);
    const env = { XDG_CONFIG_HOME: "/proc/no" };
    assert.deepEqual(await host.tspod(["quadlet", "install", "no.container"], { env }), {
      code: 125,
      stdout: "",
      stderr: 'Error: making "/proc/no/containers/systemd": no such file or directory\n',
    });
  });

  test("a cache where no directory can be made: does without", async () => {
    const result = await host.tspod(["ps", "-q"], { env: { XDG_CACHE_HOME: "/proc/no" } });
    assert.deepEqual(result, { code: 0, stdout: "", stderr: "" });
  });
});
