import assert from "node:assert/strict";
import { mkdirSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { makeHost } from "../support/host.ts";
import { makeWorld } from "../support/world.ts";

const IMAGE = "test.localhost/busybox:latest";
const world = await makeWorld();
const other = makeHost();
const { host } = world;
const at = (file: string) => join(host.directory, file);
after(async () => {
  await world.close();
  await other.close();
});
let id = "";
before(async () => {
  id = await host.ok(["image", "inspect", "--format", "{{.Id}}", IMAGE]);
});

describe("load of a directory", () => {
  for (const format of ["oci-dir", "docker-dir"]) {
    test(`${format}: its image has no name, as with Podman 5.8`, async () => {
      const path = `load-${format}`;
      await host.ok(["save", "-q", "--format", format, "-o", at(path), IMAGE]);
      const line = await other.ok(["load", "-q", "-i", path], { cwd: host.directory });
      assert.equal(line, `Loaded image: sha256:${id}`);
      assert.equal(await other.ok(["run", "--rm", id, "echo", "hi"]), "hi");
      await other.ok(["rmi", id]);
    });
  }

  test("pull oci: names nothing, if no name stands behind the path", async () => {
    const source = `oci:${at("load-oci-dir")}`;
    assert.equal(await other.ok(["pull", "-q", source]), id);
    assert.equal(await other.ok(["image", "inspect", "-f", "{{len .RepoTags}}", id]), "0");
    await other.ok(["rmi", id]);
  });

  test("one that holds no image is refused in a line, and leaves nothing", async () => {
    mkdirSync(at("nothing"));
    const result = await other.tspod(["load", "-i", at("nothing")]);
    assert.equal(result.code, 125);
    assert.match(
      result.stderr,
      /^Error: payload does not match any .*neither "oci-layout" nor "manifest\.json" is in ".*nothing"\n$/,
    );
    assert.equal(await other.ok(["images", "--quiet"]), "");
  });
});

describe("load of a URL", () => {
  const server = createServer((request, response) => {
    const file = { "/a.tar": "a.tar", "/o.tar": "o.tar" }[request.url ?? ""];
    if (file === undefined) response.writeHead(404).end();
    else response.end(readFileSync(at(file)));
  });
  let url = "";
  before(async () => {
    await host.ok(["save", "-q", "-o", at("a.tar"), IMAGE]);
    await host.ok(["save", "-q", "--format", "oci-archive", "-o", at("o.tar"), IMAGE]);
    await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => server.close());

  for (const [form, file] of [
    ["docker-archive", "a.tar"],
    ["oci-archive", "o.tar"],
  ])
    test(form ?? "", async () => {
      assert.equal(await other.ok(["load", "-q", "-i", `${url}/${file}`]), `Loaded image: ${IMAGE}`);
      await other.ok(["rmi", IMAGE]);
    });

  test("what isn't there, and a server that isn't", async () => {
    const missing = await other.tspod(["load", "-i", `${url}/no.tar`]);
    assert.deepEqual(missing, {
      code: 125,
      stdout: "",
      stderr: `Error: downloading ${url}/no.tar: the server answered with status 404\n`,
    });
    const refused = await other.tspod(["load", "-i", "http://127.0.0.1:1/a.tar"]);
    assert.equal(refused.code, 125);
    assert.match(
      refused.stderr,
      /^Error: downloading http:\/\/127\.0\.0\.1:1\/a\.tar: .*connection refused\n$/,
    );
    assert.equal(await other.ok(["images", "--quiet"]), "");
  });
});
