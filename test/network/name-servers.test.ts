import assert from "node:assert/strict";
import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { until } from "../support/program.ts";
import { IMAGE, makeWorld } from "../support/world.ts";

const world = await makeWorld();
after(() => world.close());
const { host } = world;

/**
 * Name servers at addresses of the loopback, in a network namespace of their own, where port 53 is theirs:
 * 127.0.0.N says that every name has the address 192.0.2.N. 127.0.0.9 takes questions and never answers.
 */
const SERVERS = `
const { createSocket } = require("node:dgram");
for (const number of [1, 2, 9]) {
  const socket = createSocket("udp4");
  socket.on("message", (query, from) => {
    if (number === 9) return;
    let end = 12; // of the question: what an asker adds behind it is its own
    while (query[end] !== 0) end += query[end] + 1;
    const head = Buffer.from([0x81, 0x80, 0, 1, 0, 1, 0, 0, 0, 0]);
    const record = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 0, 0, 4, 192, 0, 2, number]);
    const answer = [query.subarray(0, 2), head, query.subarray(12, end + 5), record];
    socket.send(Buffer.concat(answer), from.port, from.address);
  });
  socket.bind(53, "127.0.0." + number);
}
setTimeout(() => console.log("servers", process.pid), 200);`;

interface OtherHost {
  /** Runs a script as if on a host of these name servers, and with its own /etc/resolv.conf. */
  run(script: string): Promise<string>;
  [Symbol.dispose](): void;
}

/** @param mount shell text that puts the resolv.conf of the test into its place */
async function hostWithServers(mount: string): Promise<OtherHost> {
  const script = `${mount} && ip link set lo up && exec "$@"`;
  const running = host.start(
    ["unshare", "unshare", "--net", "--mount", "sh", "-c", script, "sh", process.execPath, "-e", SERVERS],
    { timeoutMs: 110_000 },
  );
  await running.saw(/servers \d+/);
  const pid = Number(/servers (\d+)/.exec(running.stdout())?.[1]);
  const enter = ["unshare", "nsenter", `--net=/proc/${pid}/ns/net`, `--mount=/proc/${pid}/ns/mnt`];
  return {
    run: (script) => host.ok([...enter, "sh", "-c", script]),
    [Symbol.dispose]: () => void process.kill(pid, "SIGKILL"),
  };
}

const etc = join(host.directory, "etc");
const single = join(host.directory, "single-resolv.conf");
const lookUp = async () =>
  /Address: (192\.0\.2\.\d+)/.exec(
    (await host.tspod(["exec", "asker", "nslookup", "-type=a", "some.example"])).stdout,
  )?.[1];

async function startAsker(other: OtherHost): Promise<void> {
  await host.ok(["network", "create", "--ignore", "asked"]);
  await other.run(`"${host.program}" run -d --name asker --network asked ${IMAGE} sleep 1000`);
}

/** The next test's holder has other servers. */
async function end(): Promise<void> {
  await host.ok(["rm", "-f", "-t", "0", "asker"]);
  await until(
    () => ![...host.processes().values()].some((line) => line.includes("tspod-network ")),
    "the end of the holder",
  );
}

describe("the host's name servers, where its resolv.conf", () => {
  test("is written, replaced by a rename, removed and made anew", async () => {
    const file = join(etc, "resolv.conf");
    await host.ok(["unshare", "sh", "-c", `cp -r /etc/. ${etc} 2>/dev/null; rm -f ${file}; test -d ${etc}`]);
    writeFileSync(file, "nameserver 127.0.0.1\n");
    using other = await hostWithServers(`mount --rbind ${etc} /etc`);
    await startAsker(other);
    assert.equal(await lookUp(), "192.0.2.1");
    writeFileSync(file, "search example\nnameserver 127.0.0.2\n");
    await until(async () => (await lookUp()) === "192.0.2.2", "the server of the file that was written");
    writeFileSync(`${file}.new`, "nameserver 127.0.0.1\n");
    renameSync(`${file}.new`, file);
    await until(async () => (await lookUp()) === "192.0.2.1", "the server of the file that was renamed");
    await host.ok(["unshare", "rm", file]);
    await until(async () => (await lookUp()) === undefined, "no server");
    writeFileSync(file, "nameserver 127.0.0.2\n");
    await until(async () => (await lookUp()) === "192.0.2.2", "the server of the new file");
    await end();
  });

  test("is a file that is mounted over another", async () => {
    writeFileSync(single, "nameserver 127.0.0.2\n");
    using other = await hostWithServers(`mount --bind ${single} /etc/resolv.conf`);
    await startAsker(other);
    assert.equal(await lookUp(), "192.0.2.2");
    writeFileSync(single, "nameserver 127.0.0.1\n");
    await until(async () => (await lookUp()) === "192.0.2.1", "the server of the file that was written");
    await end();
  });

  test("names one that never answers before one that does, and one that is not there", async () => {
    writeFileSync(single, "nameserver 127.0.0.9\nnameserver 127.0.0.5\nnameserver 127.0.0.1\n");
    using other = await hostWithServers(`mount --bind ${single} /etc/resolv.conf`);
    await startAsker(other);
    await until(async () => (await lookUp()) === "192.0.2.1", "the third server");
    await end();
  });
});

test("dns_bind_port of containers.conf is netavark's: names are answered at port 53 all the same", async () => {
  const conf = join(host.configDirectory, "bind-port.conf");
  writeFileSync(
    conf,
    '[engine]\ncgroup_manager = "cgroupfs"\nevents_logger = "file"\n[network]\ndns_bind_port = 1053\n',
  );
  const options = { env: { CONTAINERS_CONF: conf } };
  await host.ok(["network", "create", "--subnet", "10.83.9.0/24", "bound"]);
  await host.ok(["run", "-d", "--name", "found", "--network", "bound", IMAGE, "sleep", "1000"], options);
  const script = "cat /etc/resolv.conf; nslookup found.dns.podman";
  const run = ["run", "--rm", "--network", "bound", IMAGE, "sh", "-c", script];
  const { code, stdout, stderr } = await host.tspod(run, options);
  assert.deepEqual([code, stderr], [0, ""]);
  assert.match(stdout, /^nameserver 10\.83\.9\.1$/m);
  assert.match(stdout, /^Server:\s+10\.83\.9\.1\nAddress:\s+10\.83\.9\.1:53$/m);
  assert.match(stdout, /^Address: 10\.83\.9\.2$/m);
  await host.ok(["rm", "-f", "-t", "0", "found"]);
  await host.ok(["network", "rm", "bound"]);
});
