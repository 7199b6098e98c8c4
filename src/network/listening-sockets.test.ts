import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { listeningSockets } from "./listening-sockets.ts";

test("a server of this process is found, by its address and port, and only while it listens", async () => {
  const server = createServer();
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const address = server.address();
  assert.ok(address !== null && typeof address === "object");
  const found = () => listeningSockets("self").filter(({ port }) => port === address.port);
  assert.deepEqual(found(), [{ protocol: "tcp", family: 4, value: 0x7f000001n, port: address.port }]);
  await new Promise((done) => server.close(done));
  assert.deepEqual(found(), []);
});

test("IPv6, UDP, and a table that is missing or cut", () => {
  const proc = mkdtempSync(join(tmpdir(), "listening-"));
  mkdirSync(join(proc, "7/net"), { recursive: true });
  const head = "  sl  local_address remote_address st\n";
  writeFileSync(
    join(proc, "7/net/tcp6"),
    `${head}   0: 00000000000000000000000001000000:1F90 00000000000000000000000000000000:0000 0A\n   1: 0000`,
  );
  writeFileSync(
    join(proc, "7/net/udp"),
    `${head}   0: 00000000:0035 00000000:0000 07\n   1: 0100007F:0036 0200007F:0035 01\n`,
  );
  assert.deepEqual(listeningSockets(7, proc), [
    { protocol: "tcp", family: 6, value: 1n, port: 8080 },
    { protocol: "udp", family: 4, value: 0n, port: 53 },
  ]);
  rmSync(proc, { recursive: true });
});
