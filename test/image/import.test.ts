import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { gzipSync, zstdCompressSync } from "node:zlib";
import { makeHost } from "../support/host.ts";
import { busyboxLayer } from "../support/image.ts";
import { tarArchive } from "../support/tar-archive.ts";

const host = makeHost();
after(() => host.close());
const tar = tarArchive(busyboxLayer());
const at = (file: string) => join(host.directory, file);
const inspect = (image: string, format: string) => host.ok(["image", "inspect", "--format", format, image]);

describe("import", () => {
  for (const [kind, content] of [
    ["tar", tar],
    ["tar.gz", gzipSync(tar)],
    ["tar.zst", zstdCompressSync(tar)],
    ["tar.xz", execFileSync("xz", ["-0c"], { input: tar, maxBuffer: 1 << 28 })],
  ] as const) {
    test(`a ${kind} runs, and skopeo reads it`, async () => {
      writeFileSync(at("rootfs"), content);
      const id = await host.ok(["import", "-q", "-c", 'CMD ["echo","imported"]', at("rootfs"), "system:1"]);
      assert.match(id, /^sha256:[0-9a-f]{64}$/);
      assert.equal(await host.ok(["run", "--rm", "system:1"]), "imported");
      assert.equal(`sha256:${await inspect("system:1", "{{.Id}}")}`, id);
      if (process.env.TSPOD_TEST_PROGRAM === undefined) {
        const directory = at(`copy-${kind}`);
        mkdirSync(directory);
        const source = `oci:${join(host.dataDirectory, "tspod/images")}:localhost/system:1`;
        execFileSync("skopeo", ["copy", "--quiet", source, `dir:${directory}`], { env: { ...host.env } });
        assert.equal(JSON.parse(readFileSync(join(directory, "manifest.json"), "utf8")).config.digest, id);
      }
      await host.ok(["rmi", "system:1"]);
    });
  }

  test("from standard input, without a name", async () => {
    const id = await host.ok(["import", "-q", "-"], { input: tar });
    assert.equal(await host.ok(["run", "--rm", id, "echo", "x"]), "x");
    await host.ok(["rmi", id]);
  });

  test("from a URL, and what to say where that fails", async () => {
    const server = createServer((request, response) => {
      if (request.url === "/rootfs.tar") response.end(tar);
      else response.writeHead(404).end();
    });
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const { stdout, stderr, code } = await host.tspod(["import", `${url}/rootfs.tar`, "fetched"]);
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^sha256:[0-9a-f]{64}\n$/);
    assert.match(stderr, new RegExp(`^Downloading from "${url}/rootfs.tar"\n`));
    const missing = await host.tspod(["import", "-q", `${url}/none.tar`]);
    assert.equal(missing.code, 125);
    await new Promise((closed) => server.close(closed));
    const refused = await host.tspod(["import", "-q", `${url}/rootfs.tar`]);
    assert.equal(refused.code, 125);
    assert.match(refused.stderr, /^Error: downloading http:.*connection refused\n$/);
  });

  test("--change, --message, --arch are in the config", async () => {
    writeFileSync(at("rootfs"), tar);
    const changes = ["CMD x y", "ENV A=b", "LABEL a=b", "EXPOSE 80", "WORKDIR /x", "USER u:g", "VOLUME /v"];
    const flags = changes.flatMap((change) => ["--change", change]);
    await host.ok(["import", "-q", "-m", "a message", "--arch", "arm64", ...flags, at("rootfs"), "changed"]);
    assert.equal(
      await inspect(
        "changed",
        "{{.Config.Cmd}} {{.Config.Env}} {{.Config.Labels}} {{.Config.ExposedPorts}} {{.Config.WorkingDir}} {{.User}} {{.Config.Volumes}} {{.Comment}} {{.Architecture}}",
      ),
      "[/bin/sh -c x y] [A=b] map[a:b] map[80/tcp:{}] /x u:g map[/v:{}] a message arm64",
    );
    const history = await host.ok([
      "history",
      "--no-trunc",
      "--format",
      "{{.CreatedBy}} {{.Comment}}",
      "changed",
    ]);
    assert.match(history, /^\/bin\/sh -c #\(nop\) ADD file:[0-9a-f]{64} in \/ a message$/);
  });

  for (const [args, message] of [
    [["nosuch.tar"], /^Error: error opening "nosuch.tar": open nosuch.tar: no such file or directory\n/],
    [["-c", "FOO bar", "rootfs"], /^Error: invalid change "FOO bar" - invalid instruction FOO\n/],
    [[], /^Error: accepts between 1 and 2 arg\(s\), received 0\n/],
    [["rootfs", "UPPER"], /repository name must be lowercase/],
    [["/etc/passwd"], /^Error: .*tar/m],
  ] as const) {
    test(`refuses: ${args.join(" ")}`, async () => {
      const before = await host.ok(["images", "-q"]);
      const result = await host.tspod(["import", ...args]);
      assert.equal(result.code, 125);
      assert.match(result.stderr, message);
      assert.equal(await host.ok(["images", "-q"]), before);
    });
  }
});
