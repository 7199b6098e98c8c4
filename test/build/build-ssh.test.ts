import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { makeContext } from "../support/build-context.ts";
import { until } from "../support/program.ts";
import { makeWorld } from "../support/world.ts";

const world = await makeWorld({ images: { busybox: {} } });
const { host } = world;
await host.ok(["tag", "test.localhost/busybox:latest", "localhost/base"]);
/** Stands for an ssh-agent: a build hands its socket on, and never talks to it. */
const agent = createServer((socket) => socket.end());
const socket = join(host.directory, "agent");
agent.listen(socket);
await once(agent, "listening");
after(async () => {
  agent.close();
  await world.close();
});

const build = (lines: readonly string[], ...flags: string[]) =>
  host.tspod([
    "build",
    "--network",
    "none",
    ...flags,
    makeContext(host, `FROM localhost/base\n${lines.join("\n")}\n`),
  ]);

describe("RUN --mount=type=ssh", () => {
  test("has the agent's socket for that step alone, and leaves nothing in the layer", async () => {
    const { code, stdout, stderr } = await build(
      [
        `RUN --mount=type=ssh echo at $SSH_AUTH_SOCK; stat -c '%F %a' $SSH_AUTH_SOCK`,
        `RUN --mount=type=ssh,id=other,target=/s,mode=0660,uid=3,gid=4 stat -c '%F %a %u:%g' /s`,
        `RUN echo "after: $SSH_AUTH_SOCK"; ls -d /s /run/buildkit 2>/dev/null || echo gone`,
      ],
      `--ssh=default=${socket}`,
      `--ssh=other=${socket}`,
    );
    assert.equal(code, 0, stderr);
    assert.match(stdout, /^at \/run\/buildkit\/ssh_agent\.0\nsocket 600$/m);
    assert.match(stdout, /^socket 660 3:4$/m);
    assert.match(stdout, /^after: \ngone$/m);
  });

  test("without an agent the step runs, unless it is required", async () => {
    const free = await build([`RUN --mount=type=ssh echo "none: $SSH_AUTH_SOCK"`]);
    assert.deepEqual([free.code, /^none: $/m.test(free.stdout)], [0, true], free.stderr);
    const held = await build(["RUN --mount=type=ssh,id=x,required echo ran"], `--ssh=default=${socket}`);
    assert.equal(held.code, 125);
    assert.doesNotMatch(held.stdout, /^ran$/m);
    assert.match(held.stderr, /^Error: building at STEP "RUN .*": .*\bx\b.*\n$/);
  });

  test("a socket that is not there is refused before anything is built", async () => {
    const { code, stdout, stderr } = await build(["RUN true"], "--ssh=default=/nowhere/agent");
    assert.deepEqual([code, stdout], [125, ""]);
    assert.match(stderr, /^Error: .*\/nowhere\/agent.*\n$/);
  });
});

describe("--ssh of keys in files", () => {
  const keys = ["ed25519", "ecdsa"].map((type) => {
    const path = join(host.directory, `id_${type}`);
    execFileSync("ssh-keygen", ["-q", "-t", type, "-N", "", "-C", `of ${type}`, "-f", path]);
    return { type, path, publicKey: readFileSync(`${path}.pub`, "utf8") };
  });
  const files = Object.fromEntries(keys.map(({ type, publicKey }) => [`${type}.pub`, publicKey]));
  // The base image has no ssh-add: that of the machine talks to the agent.
  const borrowed = "RUN for d in lib lib64; do [ -e /$d ] || ln -s usr/$d /$d; done\nCOPY *.pub /\n";
  const withKeys = (line: string, ...flags: string[]) => {
    const directory = makeContext(host, `FROM localhost/base\n${borrowed}${line}\n`, files);
    return host.tspod(["build", "--network", "none", "--volume", "/usr:/usr:ro", ...flags, directory]);
  };
  const agents = () => [...host.processes().values()].filter((line) => line.startsWith("ssh-agent"));

  test("an agent lists them, signs with them, and is gone after the step", async () => {
    const { code, stdout, stderr } = await withKeys(
      "RUN --mount=type=ssh,id=keys ssh-add -L && ssh-add -T /ed25519.pub /ecdsa.pub && echo signed",
      `--ssh=keys=${keys.map(({ path }) => path).join(",")}`,
    );
    assert.equal(code, 0, stderr);
    for (const { publicKey } of keys) assert.ok(stdout.includes(`\n${publicKey}`), stdout);
    assert.match(stdout, /^signed$/m);
    assert.deepEqual(agents(), []);
  });

  test("a key with a passphrase, and a file that is no key, are refused before the step runs", async () => {
    const [locked, text] = [join(host.directory, "locked"), join(host.directory, "text")];
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "secret", "-f", locked]);
    writeFileSync(text, "no key\n", { mode: 0o600 });
    for (const path of [locked, text]) {
      const { code, stdout, stderr } = await withKeys(
        "RUN --mount=type=ssh echo ran",
        `--ssh=default=${path}`,
      );
      assert.equal(code, 125);
      assert.doesNotMatch(stdout, /^ran$/m);
      assert.match(stderr, new RegExp(`^Error: .*adding the key "${path}" to an ssh agent: .*\\n$`, "s"));
    }
    assert.deepEqual(agents(), []);
  });

  test("a build that is killed leaves no agent", async () => {
    const ready = join(host.directory, "ready");
    mkdirSync(ready);
    const [first] = keys;
    assert.ok(first);
    const directory = makeContext(
      host,
      "FROM localhost/base\nRUN --mount=type=ssh touch /ready/x; sleep 100\n",
    );
    const running = host.start([
      ...["build", "--network", "none", "--volume", `${ready}:/ready`],
      ...[`--ssh=default=${first.path}`, directory],
    ]);
    await until(() => existsSync(join(ready, "x")), "the step runs");
    assert.equal(agents().length, 1);
    process.kill(running.pid, "SIGKILL");
    await running.ended;
    await until(() => agents().length === 0, "the agent is gone", 10_000);
  });
});

describe("$SOURCE_DATE_EPOCH", () => {
  const lines = ["RUN echo now > /made; mkdir /d", "COPY Dockerfile /copied", "WORKDIR /w"];
  const directory = makeContext(host, `FROM localhost/base\n${lines.join("\n")}\n`);
  const dated = async (...flags: string[]) => {
    const args = ["build", "-q", "--network", "none", "--no-cache", ...flags, directory];
    const { code, stdout, stderr } = await host.tspod(args, { env: { SOURCE_DATE_EPOCH: "1000000000" } });
    assert.equal(code, 0, stderr);
    return stdout.trim();
  };

  test("with --rewrite-timestamp: the same image twice, bit for bit", async () => {
    const first = await dated("--rewrite-timestamp");
    await new Promise((done) => setTimeout(done, 1100));
    assert.equal(await dated("--rewrite-timestamp"), first);
    const times = await host.ok([
      "run",
      "--rm",
      "--network",
      "none",
      first,
      "stat",
      "-c",
      "%Y",
      "/made",
      "/d",
      "/copied",
      "/w",
    ]);
    assert.deepEqual(new Set(times.split("\n").filter(Boolean)), new Set(["1000000000"]));
  });

  test("without it dates are that of the image, and files keep their own", async () => {
    const image = await dated();
    assert.match(await host.ok(["image", "inspect", "--format", "{{.Created}}", image]), /^2001-09-09/);
    const time = await host.ok(["run", "--rm", "--network", "none", image, "stat", "-c", "%Y", "/made"]);
    assert.ok(Number(time) > 1_700_000_000, time);
  });
});
