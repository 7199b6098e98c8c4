import assert from "node:assert/strict";
import { after, test } from "node:test";
import type { Running } from "../support/program.ts";
import { IMAGE, makeWorld } from "../support/world.ts";

const world = await makeWorld();
after(() => world.close());
const { host } = world;

const CLIENTS = 4;
const PER_SECOND = 250;
const SECONDS = 8;
const COMERS = 50;
const AT_ONCE = 4;

/**
 * Asks for `web` so many times in a second from a container's namespace, and prints how many answers did not
 * come, or were none, and the 99th percentile of the times.
 */
const CLIENT = `
const [server, perSecond, seconds] = process.argv.slice(1);
const socket = require("node:dgram").createSocket("udp4");
const asked = new Map(), times = [];
let id = 0, wrong = 0;
const name = Buffer.from("\\x03web\\x00\\x00\\x01\\x00\\x01", "latin1");
socket.on("message", (answer) => {
  const number = answer.readUInt16BE(0);
  times.push(Number(process.hrtime.bigint() - asked.get(number)) / 1e6);
  asked.delete(number);
  if ((answer[3] & 15) !== 0 || answer.readUInt16BE(6) !== 1) wrong++;
});
socket.bind(0, () => {
  const timer = setInterval(() => {
    for (let i = 0; i < perSecond / 50; i++) {
      const head = Buffer.from([0, 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0]);
      head.writeUInt16BE(++id, 0);
      asked.set(id, process.hrtime.bigint());
      socket.send(Buffer.concat([head, name]), 53, server);
    }
    if (id < perSecond * seconds) return;
    clearInterval(timer);
    setTimeout(() => {
      times.sort((a, b) => a - b);
      console.log(JSON.stringify({ asked: id, lost: asked.size, wrong, p99: times[Math.floor(times.length * 0.99)] }));
      process.exit();
    }, 1000);
  }, 20);
});`;

async function startClient(name: string, server: string): Promise<Running> {
  await host.ok(["run", "-d", "--name", name, "--network", "load", IMAGE, "sleep", "1000"]);
  const pid = await host.ok(["inspect", "-f", "{{.State.Pid}}", name]);
  const node = [process.execPath, "-e", CLIENT, server, String(PER_SECOND), String(SECONDS)];
  return host.start(["unshare", "nsenter", `--net=/proc/${pid}/ns/net`, ...node]);
}

/** So many containers of the network come and go, some at a time. */
async function comeAndGo(): Promise<void> {
  let left = COMERS;
  const worker = async () => {
    while (left-- > 0) await host.ok(["run", "--rm", "--network", "load", IMAGE, "true"]);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
}

test("1000 questions a second from four containers while fifty others start and stop: none is lost", async (t) => {
  await host.ok(["network", "create", "load"]);
  await host.ok(["run", "-d", "--name", "web", "--network", "load", IMAGE, "sleep", "1000"]);
  const gateway = await host.ok(["inspect", "-f", "{{.NetworkSettings.Networks.load.Gateway}}", "web"]);
  const clients: Running[] = [];
  for (let i = 0; i < CLIENTS; i++) clients.push(await startClient(`client${i}`, gateway));
  await comeAndGo();
  for (const client of clients) {
    const { code, stdout, stderr } = await client.ended;
    assert.equal(code, 0, stderr);
    const { asked, lost, wrong, p99 } = JSON.parse(stdout);
    t.diagnostic(`${asked} asked, ${lost} lost, 99 % within ${p99.toFixed(2)} ms`);
    assert.ok(asked >= PER_SECOND * SECONDS);
    assert.deepEqual([lost, wrong], [0, 0]);
    // On a machine whose processors are all busy the client itself waits for its turn: what is idle measures
    // 1 ms.
    assert.ok(p99 < 250, `99 % within ${p99} ms`);
  }
});
