import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { ask, freePort } from "../support/ports.ts";
import { until } from "../support/program.ts";
import { IMAGE, makeWorld } from "../support/world.ts";

const world = await makeWorld();
after(() => world.close());
const { host } = world;

const port = await freePort();
const SERVE = ["nc", "-ll", "-p", "80", "-e", "echo", "secret"];
const addressOf = (container: string, network: string, field = "IPAddress") =>
  host.ok(["inspect", "-f", `{{.NetworkSettings.Networks.${network}.${field}}}`, container]);
const inside = async (container: string, script: string) =>
  (await host.tspod(["exec", container, "sh", "-c", script])).stdout;

/*
 * The attacker has all rights over its own interface. What it does there is the business of its own network,
 * as on every bridge; what it must not come to is another one.
 */
await host.ok(["network", "create", "--opt", "isolate=true", "mine"]);
await host.ok(["network", "create", "--ipv6", "--opt", "isolate=true", "theirs"]);
await host.ok(["run", "-d", "--name", "secret", "--network", "theirs", "-p", `${port}:80`, IMAGE, ...SERVE]);
await host.ok(["run", "-d", "--name", "friend", "--network", "theirs", IMAGE, "sleep", "1000"]);
await host.ok([
  ...["run", "-d", "--name", "attacker", "--network", "mine", "--cap-add", "net_admin,net_raw"],
  ...["--sysctl", "net.ipv6.conf.all.disable_ipv6=0", IMAGE, "sleep", "1000"],
]);
const secret = await addressOf("secret", "theirs");
const secret6 = await addressOf("secret", "theirs", "GlobalIPv6Address");
const friend = await addressOf("friend", "theirs");
const gateway = await addressOf("attacker", "mine", "Gateway");
const theirGateway = await addressOf("secret", "theirs", "Gateway");

describe("a container that takes an address of another network", () => {
  test("has it, and may announce it", async () => {
    await until(async () => (await ask(port)) === "secret\n", "the server");
    const script = [
      `ip addr add ${friend}/32 dev eth0`,
      `ip addr add ${secret6}/128 dev eth0`,
      `ip route replace ${gateway} dev eth0 src ${friend}`,
      `ip route replace ${theirGateway} via ${gateway} src ${friend}`,
      `ip route replace ${secret} via ${gateway} src ${friend}`,
    ].join(" && ");
    const { code, stderr } = await host.tspod(["exec", "attacker", "sh", "-c", script]);
    assert.equal(code, 0, stderr);
    for (const flag of ["-U", "-A"])
      await host.ok(["exec", "attacker", "arping", flag, "-c", "2", "-I", "eth0", friend]);
    assert.match(await inside("attacker", "ip addr show eth0"), new RegExp(`inet ${friend}/32`));
  });

  test("learns no names there: the name server goes by the bridge on which a question comes", async () => {
    for (const server of [gateway, theirGateway]) {
      const answer = await inside("attacker", `nslookup secret ${server}; nslookup ${secret} ${server}`);
      assert.doesNotMatch(answer, new RegExp(`Address: ${secret}$|name = secret`, "m"));
    }
    assert.match(await inside("friend", "nslookup secret"), new RegExp(`Address: ${secret}$`, "m"));
  });

  test("gets around no isolation: rules go by the bridge, too", async () => {
    assert.equal(await inside("attacker", `nc -w 2 ${secret} 80`), "");
  });

  test("takes nothing away from who has it", async () => {
    assert.equal(await ask(port), "secret\n");
    assert.equal(await inside("friend", "nc -w 5 secret 80"), "secret\n");
    assert.equal(await inside("friend", `nc -w 5 ${secret6} 80`), "secret\n");
  });
});

test("a container hears no router advertisements of its neighbours", async () => {
  for (const name of ["secret", "friend"])
    assert.equal(await inside(name, "cat /proc/sys/net/ipv6/conf/eth0/accept_ra"), "0\n");
});
