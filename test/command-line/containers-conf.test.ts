import assert from "node:assert/strict";
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { busyboxLayer } from "../support/image.ts";
import { IMAGE, makeWorld } from "../support/world.ts";

const world = await makeWorld({
  images: {
    busybox: {},
    hosts: { layers: [busyboxLayer(), [{ path: "etc/hosts", content: "10.1.1.1 imaged\n" }]] },
  },
});
after(() => world.close());
const { host } = world;

/** Tables that every configuration here has: this machine has no systemd for its users. */
const ENGINE = '[engine]\ncgroup_manager = "cgroupfs"\n';
let number = 0;

/** An environment with a containers.conf of its own. */
function withConf(text: string): Record<string, string> {
  const path = join(host.configDirectory, `own-${++number}.conf`);
  writeFileSync(path, text);
  return { CONTAINERS_CONF: path };
}

/** What a container prints that was run with such a configuration. */
function run(conf: string, args: readonly string[]): Promise<string> {
  return host.ok(["run", "--rm", "--network", "none", ...args], { env: withConf(`${conf}\n${ENGINE}`) });
}

describe("containers.conf gives defaults, which the command line goes before", () => {
  for (const [name, conf, args, printed] of [
    ["umask", 'umask = "0077"', [IMAGE, "sh", "-c", "umask"], "0077"],
    ["umask, and the flag", 'umask = "0077"', ["--umask", "0027", IMAGE, "sh", "-c", "umask"], "0027"],
    ["env", 'env = ["A=1", "PATH=/bin"]', [IMAGE, "sh", "-c", "echo $A"], "1"],
    ["env, and the flag", 'env = ["A=1"]', ["-e", "A=2", IMAGE, "sh", "-c", "echo $A"], "2"],
    ["annotations", 'annotations = ["a=b"]', [IMAGE, "echo", "well"], "well"],
    ["default_ulimits", 'default_ulimits = ["nofile=64:64"]', [IMAGE, "sh", "-c", "ulimit -n"], "64"],
    [
      "default_ulimits, and the flag",
      'default_ulimits = ["nofile=64:64"]',
      ["--ulimit", "nofile=65:65", IMAGE, "sh", "-c", "ulimit -n"],
      "65",
    ],
    [
      "shm_size",
      'shm_size = "1m"',
      [IMAGE, "sh", "-c", "df -k /dev/shm | tail -n1 | awk '{ print $2 }'"],
      "1024",
    ],
    [
      "default_capabilities",
      'default_capabilities = ["CHOWN"]',
      [IMAGE, "grep", "CapEff", "/proc/self/status"],
      "CapEff:\t0000000000000001",
    ],
    [
      "default_sysctls",
      'default_sysctls = ["net.ipv4.ip_unprivileged_port_start=7"]',
      [IMAGE, "cat", "/proc/sys/net/ipv4/ip_unprivileged_port_start"],
      "7",
    ],
    ["init", "init = true", [IMAGE, "cat", "/proc/1/comm"], "podman-init"],
    ["tz", 'tz = "Asia/Tokyo"', [IMAGE, "sh", "-c", "test -e /etc/localtime && echo there"], "there"],
    ["utsns", 'utsns = "private"', ["--hostname", "named", IMAGE, "hostname"], "named"],
  ] as const)
    test(name, async () => assert.equal(await run(`[containers]\n${conf}`, args), printed));

  for (const [name, conf, expected] of [
    ["a file", 'base_hosts_file = "BASE"', ["10.9.8.7 based", "10.9.8.6 named"]],
    ["none", 'base_hosts_file = "none"', []],
    ["image", 'base_hosts_file = "image"', ["10.1.1.1 imaged"]],
    [
      "the host's address",
      'base_hosts_file = "none"\nhost_containers_internal_ip = "10.3.3.3"',
      ["10.3.3.3 host.containers.internal host.docker.internal"],
    ],
  ] as const)
    test(`/etc/hosts begins with what base_hosts_file says: ${name}`, async () => {
      const base = join(host.directory, "base-hosts");
      writeFileSync(base, "10.9.8.7 based # a comment\n\n10.9.8.6 named\n");
      const text = await run(`[containers]\n${conf.replace("BASE", base)}`, [
        "--name",
        "called",
        "--hostname",
        "named",
        "test.localhost/hosts",
        "cat",
        "/etc/hosts",
      ]);
      const lines = text.split("\n").map((line) => line.replace("\t", " "));
      const own = name === "a file" ? "127.0.0.1 called" : "127.0.0.1 named called";
      assert.deepEqual(lines.sort(), [...expected, "127.0.0.1 localhost", "::1 localhost", own].sort());
    });

  test("base_hosts_file that is not there", async () => {
    const env = withConf(`[containers]\nbase_hosts_file = "/no/such"\n${ENGINE}`);
    const { code, stderr } = await host.tspod(["run", "--rm", "--network", "none", IMAGE, "true"], { env });
    assert.equal(code, 126);
    assert.match(stderr, /^Error: [^\n]*base_hosts_file[^\n]*: [^\n]*no such file or directory\n$/);
    assert.equal(await host.ok(["ps", "-aq", "--filter", "status=created"]), "");
  });

  test("log_driver and log_size_max", async () => {
    const env = withConf(`[containers]\nlog_driver = "json-file"\nlog_size_max = 1000\n${ENGINE}`);
    await host.ok(["create", "--name", "logging", IMAGE], { env });
    const { Type, Size } = JSON.parse(
      await host.ok(["inspect", "-f", "{{json .HostConfig.LogConfig}}", "logging"]),
    );
    assert.deepEqual({ Type, Size }, { Type: "json-file", Size: "1kB" });
  });

  test("log_path: each container has a directory in there, which stays; --log-opt path= goes before", async () => {
    const logs = join(host.directory, "logs");
    mkdirSync(logs);
    const env = withConf(`[containers]\nlog_driver = "k8s-file"\nlog_path = "${logs}"\n${ENGINE}`);
    const flags = ["--rm", "--network", "none"];
    const own = join(host.directory, "own.log");
    await host.ok(["run", ...flags, "--log-opt", `path=${own}`, IMAGE, "echo", "own"], { env });
    assert.match(readFileSync(own, "utf8"), / stdout F own\n$/);
    assert.deepEqual(readdirSync(logs), []);
    const id = await host.ok(["create", "--name", "filed", IMAGE, "echo", "said"], { env });
    const path = join(logs, id, "ctr.log");
    assert.equal(await host.ok(["inspect", "-f", "{{.HostConfig.LogConfig.Path}}", "filed"]), path);
    await host.ok(["start", "--attach", "filed"], { env });
    assert.equal(await host.ok(["logs", "filed"]), "said");
    await host.ok(["rm", "filed"]);
    assert.match(readFileSync(path, "utf8"), / stdout F said\n$/);
  });

  test("volumes come before the command line's", async () => {
    mkdirSync(join(host.directory, "shared"));
    writeFileSync(join(host.directory, "shared/file"), "shared\n");
    const text = await run(`[containers]\nvolumes = ["${host.directory}/shared:/shared:ro"]`, [
      "-v",
      "own:/own",
      IMAGE,
      "sh",
      "-c",
      "cat /shared/file; test -d /own && echo own",
    ]);
    assert.equal(text, "shared\nown");
  });

  test("stop_timeout and runtime", async () => {
    const env = withConf('[engine]\ncgroup_manager = "cgroupfs"\nstop_timeout = 3\nruntime = "runc"\n');
    await host.ok(["create", "--name", "engine", IMAGE], { env });
    assert.equal(
      await host.ok(["inspect", "-f", "{{.Config.StopTimeout}} {{.OCIRuntime}}", "engine"]),
      "3 runc",
    );
    await host.ok(["--runtime", "crun", "create", "--name", "flagged", IMAGE], { env });
    assert.equal(await host.ok(["inspect", "-f", "{{.OCIRuntime}}", "flagged"]), "crun");
  });
});

describe("where it is read from", () => {
  test("a drop-in goes before the user's file, and a changed file counts at once", async () => {
    const directory = join(host.configDirectory, "containers");
    mkdirSync(join(directory, "containers.conf.d"), { recursive: true });
    const env = { CONTAINERS_CONF: "" };
    const umask = () => host.ok(["run", "--rm", "--network", "none", IMAGE, "sh", "-c", "umask"], { env });
    writeFileSync(join(directory, "containers.conf"), `[containers]\numask = "0011"\n${ENGINE}`);
    assert.equal(await umask(), "0011");
    writeFileSync(join(directory, "containers.conf.d/10-umask.conf"), '[containers]\numask = "0012"\n');
    assert.equal(await umask(), "0012");
    writeFileSync(join(directory, "containers.conf.d/10-umask.conf"), '[containers]\numask = "0013"\n');
    assert.equal(await umask(), "0013");
  });

  test("CONTAINERS_CONF_OVERRIDE goes before all", async () => {
    const last = withConf('[containers]\numask = "0021"\n').CONTAINERS_CONF ?? "";
    const env = { ...withConf(`[containers]\numask = "0022"\n${ENGINE}`), CONTAINERS_CONF_OVERRIDE: last };
    assert.equal(
      await host.ok(["run", "--rm", "--network", "none", IMAGE, "sh", "-c", "umask"], { env }),
      "0021",
    );
  });
});

describe("info shows the log driver that a container would get", () => {
  for (const [conf, driver] of [
    ["", "k8s-file"],
    ['log_driver = "journald"', "journald"],
    ["log_size_max = 4096", "k8s-file"],
    ['log_driver = "nosuch"', "nosuch"],
  ] as const)
    test(conf || "the default", async () => {
      const args = ["info", "--format", "{{.Host.LogDriver}}"];
      assert.equal(await host.ok(args, { env: withConf(`[containers]\n${conf}\n`) }), driver);
    });
});

describe("bad input: file, line, and what is wrong", () => {
  for (const [name, conf, says] of [
    ["no TOML", "[containers\n", /^Error: .*\/own-\d+\.conf:1: invalid TOML: /],
    [
      "a wrong type",
      '\n[containers]\nenv = "A=1"\n',
      /^Error: .*\/own-\d+\.conf:3: env must be a list of strings\n$/,
    ],
    [
      "a number as text",
      '[engine]\nstop_timeout = "3"\n',
      /^Error: .*\/own-\d+\.conf:2: stop_timeout must be a number\n$/,
    ],
  ] as const)
    test(name, async () => {
      const result = await host.tspod(["run", "--rm", IMAGE, "true"], { env: withConf(conf) });
      assert.equal(result.code, 125);
      assert.match(result.stderr, says);
    });

  test("what nobody knows is passed over", async () => {
    assert.equal(
      await run('[containers]\nfuture = "yes"\n[machine]\ncpus = 4', [IMAGE, "echo", "well"]),
      "well",
    );
  });
});

describe("settings of the engine", () => {
  test("env: for tspod's own requests, and for containers by http_proxy", async () => {
    const conf = `${ENGINE}env = ["http_proxy=http://127.0.0.1:9"]\n`;
    const env = withConf(conf);
    assert.equal(
      await host.ok(["run", "--rm", "--network", "none", IMAGE, "sh", "-c", "echo $http_proxy"], { env }),
      "http://127.0.0.1:9",
    );
  });

  test("events_logfile_path and events_logfile_max_size", async () => {
    const path = join(host.directory, "my-events");
    const env = withConf(`${ENGINE}events_logfile_path = "${path}"\nevents_logfile_max_size = "1k"\n`);
    for (let n = 0; n < 12; n++) await host.ok(["volume", "create", `elsewhere${n}`], { env });
    const lines = readFileSync(path, "utf8").trim().split("\n");
    assert.ok(lines.length < 12 && /"Name":"elsewhere11"/.test(lines.at(-1) ?? ""));
    assert.match(await host.ok(["events", "--stream=false"], { env }), /volume create elsewhere11$/);
    assert.doesNotMatch(await host.ok(["events", "--stream=false"]), /elsewhere/);
    const relative = await host.tspod(["volume", "ls"], {
      env: withConf(`${ENGINE}events_logfile_path = "x"\n`),
    });
    assert.deepEqual(
      [relative.code, /:\d+: events_logfile_path "x" must be an absolute path/.test(relative.stderr)],
      [125, true],
    );
  });

  test("network_cmd_options are slirp4netns's, before those of --network", async () => {
    const env = withConf(`${ENGINE}network_cmd_options = ["mtu=1400"]\n`);
    const mtu = ["sh", "-c", "cat /sys/class/net/tap0/mtu"];
    assert.equal(await host.ok(["run", "--rm", IMAGE, ...mtu], { env }), "1400");
    assert.equal(
      await host.ok(["run", "--rm", "--network", "slirp4netns:mtu=1300", IMAGE, ...mtu], { env }),
      "1300",
    );
    const bad = await host.tspod(["run", "--rm", IMAGE, "true"], {
      env: withConf(`${ENGINE}network_cmd_options = ["nosuch=1"]\n`),
    });
    assert.equal(bad.code, 125);
  });

  test("multi_image_archive", async () => {
    const env = withConf(`${ENGINE}multi_image_archive = true\n`);
    const other = "localhost/other-name:1";
    await host.ok(["tag", IMAGE, other]);
    const archive = join(host.directory, "several.tar");
    await host.ok(["save", "-o", archive, IMAGE, other], { env });
    await host.ok(["rmi", other]);
    await host.ok(["load", "-i", archive]);
    await host.ok(["image", "exists", other]);
  });

  for (const [name, conf, args, inside] of [
    [
      "privileged",
      "[containers]\nprivileged = true\n",
      ["inspect", "-f", "{{.HostConfig.Privileged}}"],
      "true",
    ],
    [
      "read_only",
      "[containers]\nread_only = true\n",
      ["inspect", "-f", "{{.HostConfig.ReadonlyRootfs}}"],
      "true",
    ],
    [
      "oom_score_adj",
      "[containers]\noom_score_adj = 7\n",
      ["inspect", "-f", "{{.HostConfig.OomScoreAdj}}"],
      "7",
    ],
    [
      "mounts",
      '[containers]\nmounts = ["type=tmpfs,destination=/t"]\n',
      ["inspect", "-f", "{{json .HostConfig.Tmpfs}}"],
      /"\/t":/,
    ],
  ] as const)
    test(name, async () => {
      const id = await host.ok(["create", IMAGE, "true"], { env: withConf(`${conf}${ENGINE}`) });
      const found = await host.ok([...args, id]);
      if (typeof inside === "string") assert.equal(found, inside);
      else assert.match(found, inside);
      await host.ok(["rm", id]);
    });

  test("a mount that can't be read is known as the file's", async () => {
    const env = withConf('[containers]\nmounts = ["type=bogus,destination=/t"]\n');
    const words = 'invalid filesystem type "bogus"';
    assert.deepEqual(await host.tspod(["run", "--rm", IMAGE, "true"], { env }), {
      code: 125,
      stdout: "",
      stderr: `Error: parsing containers.conf mounts: ${words}\n`,
    });
    const own = await host.tspod(["run", "--rm", "--mount", "type=other,dst=/u", IMAGE, "true"], { env });
    assert.equal(own.stderr, `Error: parsing containers.conf mounts: ${words}\n`);
  });

  test("what is not supported is said where it matters", async () => {
    const env = withConf(`${ENGINE}volume_path = "/my/volumes"\n`);
    const run = await host.tspod(["run", "--rm", IMAGE, "true"], { env });
    assert.deepEqual([run.code, run.stdout], [0, ""]);
    assert.match(
      run.stderr,
      /^WARN\[0000\] .*own-\d+\.conf:3: volume_path is not supported: volumes are in the store: use --root\n$/,
    );
    assert.equal((await host.tspod(["ps"], { env })).stderr, "");
  });
});
