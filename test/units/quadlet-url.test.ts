import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { after, test } from "node:test";
import { makeWorld } from "../support/world.ts";

const world = await makeWorld({ images: {} });
const { host } = world;
const WEB = "[Container]\nImage=localhost/web\n";
const SEVERAL = "# FileName=one\n[Container]\nImage=localhost/one\n---\n# FileName=two\n[Volume]\n";
const FILES: Readonly<Record<string, readonly [text: string, disposition?: string]>> = {
  "/web.container": [WEB],
  "/a%20b.container?x=1": [WEB],
  "/download": [WEB, 'attachment; filename="named.container"'],
  "/up": [WEB, 'attachment; filename="../up.container"'],
  "/control": [WEB, 'attachment; filename="a\tb.container"'],
  "/bad.container": ["[Container]\n"],
  "/shop.quadlets": [SEVERAL],
  "/notes.txt": ["no quadlet\n"],
};
const server = createServer((request, response) => {
  const [text, disposition] = FILES[request.url ?? ""] ?? [];
  if (text === undefined) response.writeHead(404).end();
  else
    response
      .writeHead(200, disposition === undefined ? {} : { "content-disposition": disposition })
      .end(text);
});
await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
after(async () => {
  server.close();
  await world.close();
});
const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const installed = (name: string) => join(host.configDirectory, "containers/systemd", name);
const install = (...args: string[]) => host.tspod(["quadlet", "install", "--reload-systemd=false", ...args]);

for (const [path, name] of [
  ["/web.container", "web.container"],
  ["/a%20b.container?x=1", "a b.container"],
  ["/download", "named.container"],
] as const)
  test(`${path} is installed as ${name}`, async () => {
    const { code, stdout } = await install(base + path);
    assert.deepEqual([code, stdout], [0, `${installed(name)}\n`]);
    assert.equal(readFileSync(installed(name), "utf8"), WEB);
    assert.equal(await host.ok(["quadlet", "print", name]), WEB.trimEnd());
  });

test("a file with several quadlets is an application", async () => {
  const { code, stdout } = await install(`${base}/shop.quadlets`);
  assert.deepEqual([code, stdout], [0, `${installed("one.container")}\n${installed("two.volume")}\n`]);
  assert.equal(readFileSync(installed(".shop.app"), "utf8"), "one.container\ntwo.volume\n");
});

test("what follows a quadlet comes along, with it in one application", async () => {
  const { code } = await install("--replace", `${base}/web.container`, `${base}/notes.txt`);
  assert.equal(code, 0);
  assert.equal(readFileSync(installed(".web.app"), "utf8"), "web.container\nnotes.txt\n");
});

for (const url of ["http://", "http://x:y/z", `${base}/%zz`])
  test(`${url}: refused in one line`, async () => {
    const { code, stdout, stderr } = await install(url);
    assert.deepEqual([code, stdout], [125, ""]);
    assert.match(stderr, /^Error: quadlet to install "\S+" is not a URL: [^\n]+\n$/);
  });

test("a password in the URL is in no message", async () => {
  const { code, stderr } = await install(`${base.replace("//", "//user:secret@")}/none.container`);
  assert.equal(code, 125);
  assert.match(
    stderr,
    /^Error: downloading http:\/\/user:xxxxx@127\.0\.0\.1:\d+\/none\.container: the server/,
  );
});

for (const [path, message] of [
  ["/none.container", /^Error: downloading http:\S+none\.container: the server answered with status 404\n$/],
  ["/notes.txt", /^Error: ".txt" is not a supported Quadlet file type\n$/],
  ["/up", /^Error: quadlet to install "\S+": the server gives it "\.\.\/up\.container" as its name\n$/],
  [
    "/control",
    /^Error: quadlet to install "\S+\/control": the server gives it "a\\tb\.container" as its name\n$/,
  ],
  ["/bad.container", /bad\.container.*\n.*Nothing is installed/s],
] as const)
  test(`${path}: refused, and nothing is new`, async () => {
    const { code, stdout, stderr } = await install(base + path);
    assert.deepEqual([code, stdout], [125, ""]);
    assert.match(stderr, message);
    for (const name of ["none.container", "up.container", "../up.container", "bad.container"])
      assert.ok(!existsSync(installed(name)), name);
  });
