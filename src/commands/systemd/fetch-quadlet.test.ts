import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { test } from "node:test";
import { fetchQuadlet } from "./fetch-quadlet.ts";

test("a server that drips is waited for so long, and no longer", async (context) => {
  const server = createServer((_, response) => {
    const drip = setInterval(() => response.write("#\n"), 20);
    response.on("close", () => clearInterval(drip));
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  context.after(() => server.close());
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/web.container`;
  const signal = new AbortController().signal;
  await assert.rejects(fetchQuadlet(url, { env: {}, signal, longestMs: 500 }), {
    name: "TspodError",
    message: `"${url}": the server has not sent all of it in 0.5 s`,
  });
});
