import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { ask, freePort } from "../support/ports.ts";
import { requireProgram, runProgram, until } from "../support/program.ts";
import { IMAGE, makeWorld } from "../support/world.ts";

const world = await makeWorld({
  images: { busybox: { config: { WorkingDir: "/tmp", Labels: { of: "image" } } } },
});
after(() => world.close());
const { host } = world;
// The first run notes what works on this file system.
before(() => host.ok(["run", "--rm", "--network", "none", IMAGE, "true"]));

/** Every file of the store, with all that would show a change. */
function storeFiles(): string {
  const options = ["-printf", "%p %y %s %T@ %C@ %l\n"];
  const find = ["find", join(host.dataDirectory, "tspod"), ...options];
  return execFileSync(host.program, ["unshare", ...find], { encoding: "utf8", env: { ...host.env } });
}

interface Setting {
  readonly name: string;
  readonly value: unknown;
  readonly source: string;
}

async function settingsOf(
  args: readonly string[],
  env: Record<string, string> = {},
): Promise<Map<string, Setting>> {
  const { settings } = JSON.parse(await host.ok(["run", "--dry-run=json", ...args], { env }));
  return new Map((settings as Setting[]).map((setting) => [setting.name, setting]));
}

describe("run --dry-run: where each setting comes from", () => {
  test("flag, image, command line, default", async () => {
    const settings = await settingsOf(["-e", "A=1", "--umask", "0077", IMAGE, "echo", "hi"]);
    for (const [name, value, source] of [
      ["process.umask", "0077", "--umask"],
      ["process.workdir", "/tmp", `image ${IMAGE}`],
      ["labels.of", "image", `image ${IMAGE}`],
      ["process.command", ["echo", "hi"], "command line"],
      ["process.stopSignal", "SIGTERM", "default"],
    ] as const)
      assert.deepEqual(settings.get(name), { name, value, source });
    assert.match(settings.get("process.env")?.source ?? "", /--env/);
  });

  test("a file and its line", async () => {
    const path = join(host.configDirectory, "umask.conf");
    writeFileSync(path, '[engine]\ncgroup_manager = "cgroupfs"\n[containers]\numask = "0011"\n');
    const env = { CONTAINERS_CONF: path };
    assert.equal((await settingsOf([IMAGE], env)).get("process.umask")?.source, `${path}:4`);
    assert.equal((await settingsOf(["--umask", "0012", IMAGE], env)).get("process.umask")?.source, "--umask");
  });

  test("the caller's environment", async () => {
    const settings = await settingsOf([IMAGE], { http_proxy: "http://proxy.example.com" });
    assert.match(settings.get("process.env")?.source ?? "", /environment/);
  });
});

describe("run --dry-run changes nothing", () => {
  for (const format of ["--dry-run", "--dry-run=json", "--dry-run=sh"])
    test(format, async () => {
      const files = storeFiles();
      const cidfile = join(host.directory, "cid");
      const text = await host.ok([
        "run",
        format,
        "-v",
        "fresh:/data",
        "--cidfile",
        cidfile,
        "--name",
        "dry",
        IMAGE,
      ]);
      assert.notEqual(text, "");
      assert.equal(storeFiles(), files);
      assert.deepEqual(await runProgram("test", ["-e", cidfile]), { code: 1, stdout: "", stderr: "" });
    });

  test("--replace leaves the container that has the name", async () => {
    await host.ok(["run", "-d", "--name", "kept", IMAGE, "sleep", "100"]);
    await host.ok(["run", "--dry-run", "--replace", "--name", "kept", IMAGE]);
    assert.equal(await host.ok(["inspect", "-f", "{{.State.Status}}", "kept"]), "running");
    await host.ok(["rm", "-f", "-t", "0", "kept"]);
  });

  test("the text names the steps", async () => {
    const text = await host.ok(["run", "--dry-run", "--name", "shown", IMAGE]);
    assert.match(
      text,
      /^Nothing was done\. This is what would be:\n\nContainer {2}shown\nImage {6}test\.localhost\/busybox:latest\n/,
    );
    assert.match(text, /^ +\d+\. mount -t overlay overlay /m);
    assert.match(text, /^ +\d+\. .*slirp4netns .*tap0$/m);
    assert.match(text, /^ +\d+\. .*crun .* create /m);
  });
});

describe("run --dry-run=sh: the script does the same run", () => {
  const shared = join(host.directory, "shared");
  mkdirSync(shared);
  writeFileSync(join(shared, "file"), "of the host\n");
  before(async () => {
    await host.ok(["network", "create", "--subnet", "10.77.9.0/24", "dry"]);
    await host.ok(["network", "create", "--internal", "--subnet", "10.77.8.0/24", "dry-inner"]);
  });
  for (const [name, args] of [
    [
      "a command, its output and its exit code",
      ["--network", "none", IMAGE, "sh", "-c", "pwd; echo err >&2; exit 7"],
    ],
    [
      "a user, a directory and an environment",
      [
        "--network",
        "none",
        "-u",
        "tester",
        "-w",
        "/var",
        "-e",
        "A=two words",
        IMAGE,
        "sh",
        "-c",
        'id; pwd; echo "$A"',
      ],
    ],
    [
      "a bind mount and a tmpfs",
      [
        "--network",
        "none",
        "-v",
        `${shared}:/shared:ro`,
        "--tmpfs",
        "/scratch",
        IMAGE,
        "sh",
        "-c",
        "cat /shared/file; echo x >/scratch/file && cat /scratch/file; touch /shared/no 2>/dev/null || echo read-only",
      ],
    ],
    ["capabilities", ["--network", "none", "--cap-drop", "all", IMAGE, "grep", "Cap", "/proc/self/status"]],
    [
      "its network",
      [
        "--hostname",
        "box",
        IMAGE,
        "sh",
        "-c",
        "hostname; ip -o -4 addr show tap0 | tr -s ' '; cat /etc/resolv.conf | head -n 1",
      ],
    ],
    [
      "a user namespace of its own",
      [
        "--network",
        "none",
        "--userns",
        "keep-id",
        "-v",
        `${shared}:/shared`,
        IMAGE,
        "sh",
        "-c",
        "id -u; cat /shared/file",
      ],
    ],
    [
      "networks with names: addresses, MAC, routes",
      [
        "--network",
        "dry:ip=10.77.9.9,mac=02:00:00:00:00:09",
        "--network",
        "dry-inner:ip=10.77.8.8",
        IMAGE,
        "sh",
        "-c",
        "for i in eth0 eth1; do ip addr show $i | awk '$1 == \"inet\" { print $2 }'; done; cat /sys/class/net/eth0/address; ip route",
      ],
    ],
    [
      "an allow-list of a network with a name",
      [
        "--network",
        "dry",
        "--egress",
        "192.0.2.0/24",
        IMAGE,
        "sh",
        "-c",
        "nc -w 2 198.51.100.7 9 2>&1 || echo closed",
      ],
    ],
    ["quotes in its command", ["--network", "none", IMAGE, "echo", `it's "quoted" $HOME \`x\` \\`]],
  ] as const)
    test(name, async () => {
      const script = await host.ok(["run", "--dry-run=sh", ...args]);
      const theirs = await host.tspod(["run", "--rm", ...args]);
      const { code, stdout, stderr } = await runProgram("sh", ["-c", script], {
        env: { ...host.env },
        cwd: host.directory,
      });
      assert.equal(stdout, theirs.stdout, stderr);
      assert.equal(code, theirs.code);
    });

  test("a port that is published in a network with a name is reached, and nothing of it stays", async () => {
    const port = await freePort();
    const command = ["nc", "-l", "-p", "80", "-e", "echo", "served"];
    const script = await host.ok([
      "run",
      "--dry-run=sh",
      "--network",
      "dry",
      "-p",
      `${port}:80`,
      IMAGE,
      ...command,
    ]);
    assert.match(script, /^# The networks\. tspod has one namespace for all containers/m);
    requireProgram("nc", "netcat-openbsd");
    const running = runProgram("sh", ["-c", script], { env: { ...host.env } });
    let hasEnded = false;
    void running.then(() => {
      hasEnded = true;
    });
    await until(async () => hasEnded || (await ask(port)) === "served\n", "the port");
    const { code, stderr } = await running;
    assert.deepEqual([code, stderr], [0, ""]);
    assert.equal(await ask(port), undefined);
  });

  test("a user namespace of its own and networks with names: refused", async () => {
    const { code, stderr } = await host.tspod([
      "run",
      "--dry-run=sh",
      "--userns",
      "keep-id",
      "--network",
      "dry",
      IMAGE,
    ]);
    assert.equal(code, 125);
    assert.match(
      stderr,
      /^Error: a script can't put a container with a user namespace of its own into networks/,
    );
  });

  test("files for its stdio stay the caller's, and its exit code comes through", async () => {
    const [input, output, errors] = ["input", "output", "errors"].map((name) => join(host.directory, name));
    writeFileSync(input ?? "", "read\n");
    const command = ["-i", "-u", "1000", "--network", "none", IMAGE, "sh", "-c", "cat; echo bad >&2; exit 7"];
    const script = await host.ok(["run", "--dry-run=sh", ...command]);
    const { code } = await runProgram("sh", ["-c", `sh -c "$0" <${input} >${output} 2>${errors}`, script], {
      env: { ...host.env },
    });
    assert.equal(code, 7);
    assert.equal(readFileSync(output ?? "", "utf8"), "read\n");
    assert.equal(readFileSync(errors ?? "", "utf8"), "bad\n");
    for (const file of [input, output, errors]) assert.equal(statSync(file ?? "").uid, process.getuid?.());
  });

  test("nothing is left of it", async () => {
    const tmp = join(host.directory, "tmp");
    mkdirSync(tmp);
    const script = await host.ok(["run", "--dry-run=sh", "--network", "none", IMAGE, "true"]);
    await runProgram("sh", ["-c", script], { env: { ...host.env, TMPDIR: tmp } });
    assert.deepEqual(await runProgram("ls", ["-A", tmp]), { code: 0, stdout: "", stderr: "" });
  });

  test("and what it has mounted stays", async () => {
    const mine = join(host.directory, "mine");
    mkdirSync(mine);
    writeFileSync(join(mine, "file"), "mine");
    const args = ["--network", "none", "--userns", "keep-id", "-v", `${mine}:/mine`, IMAGE, "true"];
    const script = await host.ok(["run", "--dry-run=sh", ...args]);
    const { code, stderr } = await runProgram("sh", ["-c", script], { env: { ...host.env } });
    assert.deepEqual([code, stderr], [0, ""]);
    assert.equal(readFileSync(join(mine, "file"), "utf8"), "mine");
  });
});

describe("run --dry-run: bad input", () => {
  for (const [args, code, says] of [
    [
      ["--dry-run", "nosuch"],
      125,
      /^Error: image "nosuch" is not here, and a dry run pulls nothing: run "tspod pull nosuch" first\n$/,
    ],
    [["--dry-run=yaml", IMAGE], 125, /^Error: .*yaml/],
    [["--dry-run", "-v", "/nosuch:/x", IMAGE], 125, /^Error: .*\/nosuch/],
    [["--dry-run", "-p", "x", IMAGE], 125, /^Error: /],
  ] as const)
    test(args.slice(0, -1).join(" ") || args[0], async () => {
      const files = storeFiles();
      const result = await host.tspod(["run", ...args]);
      assert.equal(result.code, code);
      assert.equal(result.stdout, "");
      assert.match(result.stderr, says);
      assert.equal(storeFiles(), files);
    });
});

describe("run --dry-run is for people", () => {
  test("no line names the container's directory but the one that says what $C is", async () => {
    const text = await host.ok(["run", "--dry-run", "-v", "data:/d", "--name", "short", IMAGE]);
    const [, id = ""] = /^\$C +\/.*\/([\da-f]{64})$/m.exec(text) ?? [];
    assert.match(text, /^\$R +\/.*$/m);
    assert.deepEqual(text.split("\n").filter((line) => line.includes(id)).length, 2, text);
    assert.match(text, /^ +\d+\. mount -t overlay overlay \$C\/merged /m);
    assert.match(text, /create --bundle \$C\/bundle --pid-file \$R\/pid \$ID$/m);
  });

  test("settings are the flags of run, which takes them", async () => {
    const flags = [
      "--publish 8080-8081:80-81",
      "--publish 127.0.0.1:5353:53/udp",
      "--mount type=volume,source=data,target=/d",
      "--mount type=tmpfs,target=/t,tmpfs-size=1m",
      "--ulimit nofile=3:4",
      "--pid host",
      "--userns keep-id:uid=3",
      "--label 'a=two words'",
      "--restart on-failure:3",
      "--shm-size 100m",
      '--health-cmd \'["CMD-SHELL","true"]\'',
      "--health-interval 1m30s",
      "--add-host x:1.1.1.1",
      "--network slirp4netns:mtu=1500",
      "--interactive",
      "--log-opt max-size=10m",
    ];
    const line = async (words: readonly string[]) => {
      const script = `exec "$0" run --dry-run ${words.join(" ")} ${IMAGE}`;
      const { code, stdout, stderr } = await runProgram("sh", ["-c", script, host.program], {
        env: host.env,
      });
      assert.deepEqual([code, stderr], [0, ""]);
      return stdout;
    };
    const shown = (text: string) =>
      [...text.matchAll(/^ {2}(--.*?)(?: {2,}\(.*\))?$/gm)].map(([, flag = ""]) => flag);
    const first = shown(await line(flags));
    for (const flag of flags) assert.ok(first.includes(flag), `${flag}: ${first.join("\n")}`);
    // What is shown is what is asked for: all of it, typed again, gives the same.
    const again = first.filter((flag) => flag !== "--cgroups enabled");
    assert.deepEqual(shown(await line(again)).sort(), first.sort());
  });

  test("a script has no compiled seccomp filter", async () => {
    await host.ok(["run", "--rm", "--network", "none", IMAGE, "true"]);
    const script = await host.ok(["run", "--dry-run=sh", "--network", "none", IMAGE, "true"]);
    assert.doesNotMatch(script, /seccomp_bpf_data/);
    assert.match(script, /"seccomp":\{/);
    assert.deepEqual(
      script.split("\n").filter((text) => /[A-Za-z0-9+/=]{300}/.test(text)),
      [],
    );
    const json = JSON.parse(await host.ok(["run", "--dry-run=json", "--network", "none", IMAGE, "true"]));
    assert.equal(typeof json.spec.annotations["run.oci.seccomp_bpf_data"], "string");
  });
});
