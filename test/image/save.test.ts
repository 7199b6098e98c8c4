import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { makeHost } from "../support/host.ts";
import { busyboxLayer, type ImageOptions } from "../support/image.ts";
import { makePodman } from "../support/podman.ts";
import { TSPOD } from "../support/program.ts";
import { makeWorld } from "../support/world.ts";

const layers = [busyboxLayer(), [{ path: "etc/second", content: "2" }]];
/** Labels make them different images: what an image is called by is its config. */
const images: Readonly<Record<string, ImageOptions>> = {
  oci: { layers, config: { Labels: { form: "oci" } } },
  docker: { layers, format: "docker", config: { Labels: { form: "docker" } } },
  zstd: { layers, compression: "zstd", config: { Labels: { form: "zstd" } } },
  plain: { layers, compression: "none", config: { Labels: { form: "plain" } } },
};
const world = await makeWorld({ images });
const other = makeHost();
const podman = makePodman();
after(async () => {
  await podman.close();
  await world.close();
  await other.close();
});
const { host } = world;
const name = (repository: string) => `test.localhost/${repository}:latest`;
const at = (file: string) => join(host.directory, file);
const ownFiles = process.env.TSPOD_TEST_PROGRAM !== undefined && "our own way to keep digests";

function inspect(of: typeof host, image: string, format: string): Promise<string> {
  return of.ok(["image", "inspect", "--format", format, image]);
}

function skopeo(...args: string[]): string {
  return execFileSync("skopeo", args, { encoding: "utf8", env: { ...host.env } }).trim();
}

describe("save and load again", () => {
  for (const repository of Object.keys(images)) {
    for (const format of ["docker-archive", "oci-archive"]) {
      test(`${repository} as ${format}: the same image`, async () => {
        const file = at(`${repository}-${format}.tar`);
        await host.ok(["save", "--quiet", "--format", format, "--output", file, name(repository)]);
        assert.equal(await other.ok(["load", "--input", file]), `Loaded image: ${name(repository)}`);
        assert.equal(
          await inspect(other, name(repository), "{{.Id}}"),
          await inspect(host, name(repository), "{{.Id}}"),
        );
        assert.equal(await other.ok(["run", "--rm", name(repository), "cat", "/etc/second"]), "2");
        await other.ok(["rmi", name(repository)]);
      });
    }
  }

  for (const repository of ["oci", "zstd", "plain"]) {
    test(`${repository} as oci-archive: the same digest, for skopeo too`, { skip: ownFiles }, async () => {
      const file = at(`${repository}-oci-archive.tar`);
      const digest = await inspect(host, name(repository), "{{.Digest}}");
      assert.equal(
        skopeo("inspect", "--format", "{{.Digest}}", `oci-archive:${file}:${name(repository)}`),
        digest,
      );
      await other.ok(["load", "-q", "-i", file]);
      assert.equal(await inspect(other, name(repository), "{{.Digest}}"), digest);
      await other.ok(["rmi", name(repository)]);
    });
  }

  test("load reads from a pipe that has a name", async () => {
    const [file, pipe] = [at("oci-docker-archive.tar"), at("pipe")];
    execFileSync("mkfifo", [pipe]);
    const writer = spawn("cp", [file, pipe]);
    assert.equal(await other.ok(["load", "--quiet", "--input", pipe]), `Loaded image: ${name("oci")}`);
    if (writer.exitCode === null) await once(writer, "exit");
    await other.ok(["rmi", name("oci")]);
  });

  test("podman loads what we save, with the same ID", async () => {
    for (const repository of Object.keys(images)) {
      const file = at(`${repository}-docker-archive.tar`);
      skopeo("copy", "--quiet", `docker-archive:${file}`, `dir:${at(`${repository}-copied`)}`);
      const { config } = JSON.parse(readFileSync(at(`${repository}-copied/manifest.json`), "utf8"));
      assert.equal(config.digest, `sha256:${await inspect(host, name(repository), "{{.Id}}")}`);
    }
    await podman.ok(["load", "-i", at("zstd-oci-archive.tar")]);
    assert.equal(
      await inspect(podman, name("zstd"), "{{.Id}}"),
      await inspect(host, name("zstd"), "{{.Id}}"),
    );
  });

  test("the same image gives the same bytes", { skip: ownFiles }, async () => {
    for (const format of ["docker-archive", "oci-archive"]) {
      await host.ok(["save", "-q", "--format", format, "-o", at("again.tar"), name("oci")]);
      assert.ok(readFileSync(at("again.tar")).equals(readFileSync(at(`oci-${format}.tar`))));
      execFileSync("rm", [at("again.tar")]);
    }
  });
});

describe("save to a directory", () => {
  for (const repository of Object.keys(images)) {
    for (const [format, transport] of [
      ["oci-dir", "oci"],
      ["docker-dir", "dir"],
    ] as const) {
      test(`${repository} as ${format} is read by skopeo`, async () => {
        const directory = at(`${repository}-${format}`);
        await host.ok(["save", "-q", "--format", format, "-o", directory, name(repository)]);
        const copy = at(`${repository}-${format}-copy`);
        skopeo("copy", "--quiet", `${transport}:${directory}`, `dir:${copy}`);
        const { config } = JSON.parse(readFileSync(join(copy, "manifest.json"), "utf8"));
        assert.equal(config.digest, `sha256:${await inspect(host, name(repository), "{{.Id}}")}`);
      });
    }
  }

  test("docker-dir --compress, oci-dir --uncompressed", async () => {
    const sizes = async (...args: string[]): Promise<number[]> => {
      const directory = at(args.join(""));
      await host.ok(["save", "-q", ...args, "-o", directory, name("plain")]);
      const manifest = execFileSync("skopeo", [
        "inspect",
        "--raw",
        `${args.includes("oci-dir") ? "oci" : "dir"}:${directory}`,
      ]);
      return JSON.parse(manifest.toString()).layers.map(({ size }: { size: number }) => size);
    };
    const compressed = await sizes("--format", "docker-dir", "--compress");
    const plain = await sizes("--format", "oci-dir", "--uncompressed");
    assert.ok(compressed.every((size, index) => size < (plain[index] ?? 0)));
  });
});

test("save to stdout; names and several images in one archive", async () => {
  await host.ok(["save", name("oci"), "more:1", "-o", at("named.tar"), "-q"]);
  const manifest = (file: string) =>
    JSON.parse(execFileSync("tar", ["-xOf", at(file), "manifest.json"], { encoding: "utf8" }));
  assert.deepEqual(manifest("named.tar")[0].RepoTags, ["localhost/more:1", name("oci")]);
  await host.ok(["save", "-m", "-q", "-o", at("several.tar"), name("oci"), name("docker"), name("oci")]);
  assert.deepEqual(
    manifest("several.tar").map(({ RepoTags }: { RepoTags: string[] }) => RepoTags),
    [[name("oci")], [name("docker")]],
  );
  const files = execFileSync("tar", ["-tf", at("several.tar")], { encoding: "utf8" }).split("\n");
  assert.equal(files.filter((file) => /^[0-9a-f]{64}\.tar$/.test(file)).length, 2, "shared layers once");
  const piped = execFileSync("sh", ["-c", `"$0" save ${name("oci")} | tar -tf -`, TSPOD], {
    env: { ...host.env },
    encoding: "utf8",
  });
  assert.match(piped, /manifest\.json/);
});

describe("save refuses", () => {
  for (const [args, message] of [
    [[], /^Error: need at least 1 argument\n/],
    [["nosuch", "-o", "x.tar"], /^Error: nosuch: image not known\n/],
    [
      ["--format", "foo", name("oci")],
      /format value must be one of oci-dir oci-archive docker-dir docker-archive/,
    ],
    [["--format", "oci-archive", "-m", name("oci"), name("docker")], /unsupported format "oci-archive"/],
    [["--compress", "-o", "h.tar", name("oci")], /--compress can only be set when --format is 'docker-dir'/],
    [["-o", "a:b", name("oci")], /invalid filename \(should not contain ':'\) "a:b"/],
    [
      ["-o", "/no/such/x.tar", name("oci")],
      /opening file "\/no\/such\/x\.tar": open .*: no such file or directory/,
    ],
  ] as const) {
    test(args.join(" "), async () => {
      const result = await host.tspod(["save", ...args]);
      assert.equal(result.code, 125);
      assert.match(result.stderr, message);
    });
  }

  for (const [args, message] of [
    [["-o", "/dev/full"], 'writing "/dev/full": no space left on device'],
    [["--format", "oci-dir", "-o", "/etc/no"], 'writing "/etc/no": permission denied'],
    [["--format", "oci-dir", "-o", "/proc/no"], 'writing "/proc/no": no such file or directory'],
  ] as const) {
    test(`what can't be written, in one line: ${args.join(" ")}`, { skip: ownFiles }, async () => {
      const result = await host.tspod(["save", "--quiet", ...args, name("oci")]);
      assert.deepEqual(result, { code: 125, stdout: "", stderr: `Error: ${message}\n` });
    });
  }

  test("a docker-archive that is there already, and leaves it", async () => {
    writeFileSync(at("there.tar"), "mine");
    const result = await host.tspod(["save", "-o", at("there.tar"), name("oci")]);
    assert.equal(result.code, 125);
    assert.match(result.stderr, /docker-archive doesn't support modifying existing images/);
    assert.equal(readFileSync(at("there.tar"), "utf8"), "mine");
  });

  test("an image with a lost blob, and leaves no half archive", { skip: ownFiles }, async () => {
    const [layer = ""] = JSON.parse(readFileSync(at("docker-docker-dir/manifest.json"), "utf8")).layers.map(
      ({ digest }: { digest: string }) => digest.replace("sha256:", ""),
    );
    const blob = join(host.dataDirectory, "tspod/images/blobs/sha256", layer);
    const content = readFileSync(blob);
    execFileSync("rm", ["-f", blob]);
    const result = await host.tspod(["save", "-o", at("half.tar"), name("docker")]);
    assert.equal(result.code, 125);
    assert.match(result.stderr, /layer blob ".*" is missing: pull the image again/);
    assert.ok(!existsSync(at("half.tar")));
    writeFileSync(blob, content);
    assert.ok(!readdirSync(host.directory).some((file) => file.endsWith(".tmp")));
  });
});

describe("a save that is ended half-way leaves nothing", () => {
  before(async () => {
    writeFileSync(at("zeros"), Buffer.alloc(64 << 20));
    execFileSync("tar", ["-cf", at("zeros.tar"), "-C", host.directory, "zeros"]);
    await host.ok(["import", at("zeros.tar"), "localhost/zeros:1"]);
  });

  for (const [format, signal, code] of [
    ["docker-archive", "SIGINT", 130],
    ["oci-archive", "SIGTERM", 143],
    ["docker-archive", "SIGKILL", 137],
    ["oci-dir", "SIGINT", 130],
  ] as const)
    test(`${format}, ${signal}`, async () => {
      const directory = at(`${format}-${signal}`);
      mkdirSync(directory);
      const flags = ["--format", format, "--output", join(directory, "out")];
      if (format.startsWith("oci-")) flags.push("--uncompressed");
      const running = host.start(["save", ...flags, "localhost/zeros:1"]);
      await running.saw(/Copying blob/);
      running.child.kill(signal);
      assert.equal((await running.ended).code, code);
      assert.deepEqual(readdirSync(directory), []);
    });

  test("and what was there before stays", async () => {
    mkdirSync(at("mine"));
    writeFileSync(at("mine/file"), "mine");
    const running = host.start([
      "save",
      "--format=oci-dir",
      "--uncompressed",
      "-o",
      at("mine"),
      "localhost/zeros:1",
    ]);
    await running.saw(/Copying blob/);
    running.child.kill("SIGINT");
    assert.equal((await running.ended).code, 130);
    assert.equal(readFileSync(at("mine/file"), "utf8"), "mine");
  });
});
