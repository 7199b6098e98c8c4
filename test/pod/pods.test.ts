import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import { ask, freePort } from "../support/ports.ts";
import { IMAGE, makeWorld } from "../support/world.ts";

const world = await makeWorld();
after(() => world.close());
const { host } = world;

const fails = async (args: readonly string[], message: string, code = 125) => {
  const result = await host.tspod(args);
  assert.deepEqual(
    { code: result.code, stdout: result.stdout, stderr: result.stderr },
    { code, stdout: "", stderr: `Error: ${message}\n` },
    args.join(" "),
  );
};

const remove = (...names: string[]) => host.ok(["pod", "rm", "-f", "-t", "0", ...names]);

/** What of a pod is on disk. */
const left = () =>
  ["pods", "names", "containers", "locks/pods", "tmp"].flatMap((name) => {
    const path = join(host.dataDirectory, "tspod", name);
    return existsSync(path) ? readdirSync(path).map((file) => `${name}/${file}`) : [];
  });

for (const runtime of ["crun", "runc"]) {
  test(`a pod on ${runtime}: made, started with its member, stopped, removed`, async () => {
    const id = await host.ok(["--runtime", runtime, "pod", "create", "--name", "web", "--label", "a=b"]);
    assert.match(id, /^[0-9a-f]{64}$/);
    assert.equal(
      await host.ok(["pod", "ps", "--format", "{{.Status}} {{.NumberOfContainers}}"]),
      "Created 1",
    );
    const member = await host.ok([
      "--runtime",
      runtime,
      "create",
      "--pod",
      "web",
      "--name",
      "m",
      IMAGE,
      "sleep",
      "99",
    ]);
    assert.equal(await host.ok(["pod", "start", "web"]), "web");
    assert.equal(
      await host.ok([
        "pod",
        "ps",
        "--format",
        "{{.Id}} {{.Status}} {{.ContainerNames}} {{.ContainerStatuses}} {{.Labels}}",
      ]),
      `${id.slice(0, 12)} Running ${id.slice(0, 12)}-infra,m running,running map[a:b]`,
    );
    const ps = ["ps", "-a", "--format", "{{.Names}} {{.Pod}} {{.PodName}} {{.IsInfra}}"];
    assert.equal(
      await host.ok(ps),
      `${id.slice(0, 12)}-infra ${id.slice(0, 12)} web true\nm ${id.slice(0, 12)} web false`,
    );
    assert.equal(await host.ok(["exec", "m", "hostname"]), "web");
    assert.equal(await host.ok(["pod", "stop", "-t", "0", "web"]), "web");
    assert.equal(await host.ok(["pod", "inspect", "-f", "{{.State}}", "web"]), "Exited");
    assert.equal(await host.ok(["pod", "rm", "web"]), id);
    assert.equal((await host.tspod(["container", "exists", member])).code, 1);
    assert.deepEqual(left(), []);
  });
}

test("members share network, ports, host name, hosts and name servers", async () => {
  const port = await freePort();
  await host.ok([
    ...["pod", "create", "--name", "net", "-p", `127.0.0.1:${port}:80`, "--hostname", "front"],
    ...["--add-host", "other:10.1.2.3", "--dns", "10.9.9.9", "--dns-search", "example.org"],
  ]);
  await host.ok([
    "run",
    "-d",
    "--pod",
    "net",
    "--name",
    "serve",
    IMAGE,
    "sh",
    "-c",
    "echo one | nc -l -p 80; sleep 99",
  ]);
  assert.equal((await ask(port))?.trim(), "one");
  const script =
    "hostname; cat /etc/hostname; grep -w other /etc/hosts; grep -w front /etc/hosts | wc -l; grep -E 'nameserver|search' /etc/resolv.conf";
  assert.equal(
    await host.ok(["run", "--rm", "--pod", "net", IMAGE, "sh", "-c", script]),
    "front\nfront\n10.1.2.3\tother\n1\nsearch example.org\nnameserver 10.9.9.9",
  );
  const own = await host.ok([
    "run",
    "--rm",
    "--pod",
    "net",
    "--network",
    "none",
    IMAGE,
    "ls",
    "/sys/class/net",
  ]);
  assert.equal(own, "lo");
  const ports = await host.ok(["ps", "--filter", "name=serve", "--format", "{{.Ports}}"]);
  assert.equal(ports, `127.0.0.1:${port}->80/tcp`);
  await remove("net");
});

test("members are named in the hosts of the pod while they run, besides what the pod has there", async () => {
  await host.ok(["pod", "create", "--name", "hosts", "--infra-name", "hosts-infra"]);
  const run = (name: string, script: string) =>
    host.ok(["run", "--rm", "--pod", "hosts", "--name", name, IMAGE, "sh", "-c", script]);
  await run("first", "echo '10.9.9.9 added' >>/etc/hosts");
  await host.ok(["run", "-d", "--pod", "hosts", "--name", "stays", IMAGE, "sleep", "1000"]);
  const text = await run("second", "cat /etc/hosts");
  assert.match(text, /^10\.0\.2\.100\thosts hosts-infra$/m);
  assert.match(text, /^10\.9\.9\.9 added$/m);
  const named = (hosts: string) =>
    [...hosts.matchAll(/^127\.0\.0\.1\t(\S+)\t# container of the pod$/gm)].map(([, name]) => name).sort();
  assert.deepEqual(named(text), ["second", "stays"]);
  assert.deepEqual(named(await run("third", "cat /etc/hosts")), ["stays", "third"]);
  await remove("hosts");
});

describe("what is refused, with nothing changed", () => {
  test("names: pods and containers share one space of them", async () => {
    await host.ok(["pod", "create", "--name", "taken"]);
    await host.ok(["create", "--name", "ctr", IMAGE]);
    await fails(
      ["pod", "create", "--name", "taken"],
      'adding pod to state: name "taken" is in use: pod already exists',
    );
    await fails(
      ["pod", "create", "--name", "ctr"],
      'adding pod to state: name "ctr" is in use: container already exists',
    );
    await fails(
      ["create", "--name", "taken", IMAGE],
      'adding container to state: name "taken" is in use: pod already exists',
    );
    await host.ok(["rm", "ctr"]);
    await remove("taken");
    assert.deepEqual(left(), []);
  });

  const CREATE: readonly (readonly [flags: readonly string[], message: string])[] = [
    [
      ["--share", "foo"],
      "invalid kernel namespace to share: foo. Options are: cgroup, ipc, net, pid, uts or none",
    ],
    [
      ["--infra=false", "-p", "80:80"],
      "you must have an infra container to publish port bindings to the host",
    ],
    [["--infra=false", "--share", "net"], "cannot set share(net) namespaces without an infra container"],
    [
      ["--infra=false", "--dns", "1.1.1.1"],
      "NoInfra and DNSServer are mutually exclusive pod options: invalid pod spec",
    ],
    [["--infra=false", "--network", "host"], "NoInfra and network modes cannot be used together"],
    [["--infra=false", "--infra-name", "x"], "cannot set infra-name without an infra container"],
    [["--infra=false", "--no-hosts"], "cannot specify --no-hosts without an infra container"],
    [
      ["--infra=false", "--hosts-file", "image"],
      "NoInfra and HostsFile are mutually exclusive pod options: invalid pod spec",
    ],
    [["--infra=false", "--ip", "10.88.1.2"], "cannot set --ip without infra container: invalid argument"],
    [
      ["--infra=false", "--mac-address", "92:d0:c6:0a:29:35"],
      "cannot set --mac without infra container: invalid argument",
    ],
    [
      ["--share", "ipc", "-p", "80:80"],
      "you must have an infra container to publish port bindings to the host",
    ],
    [
      ["--share", "cgroup"],
      "cannot define the pod as the cgroup parent at the same time as joining the infra container's cgroupNS: invalid argument",
    ],
    [["--exit-policy", "x"], 'running pod create option: invalid pod exit policy: "x"'],
    [["--name", "a", "b"], "cannot specify --name and NAME at the same time"],
    [["--replace"], "cannot replace pod without --name being set"],
    [
      ["--name", "a b"],
      "running pod create option: names must match [a-zA-Z0-9][a-zA-Z0-9_.-]*: invalid argument",
    ],
    [["--network", "container:x"], "pods presently do not support network mode container"],
    [
      ["--restart", "foo"],
      'running pod create option: "foo" is not a valid restart policy: invalid argument',
    ],
    [["--memory", "foo"], "invalid value for memory: invalid size: 'foo'"],
    [["--device-read-bps", "/dev/null:1mb"], "/dev/null: not a block device"],
    [["--device-write-bps", "/dev/nope:1mb"], "could not parse device /dev/nope: no such file or directory"],
    [["--blkio-weight-device", "/dev/zero:100"], "/dev/zero: not a block device"],
    [["--userns", "foo"], "unrecognized namespace mode foo passed"],
  ];
  for (const [flags, message] of CREATE)
    test(`pod create ${flags.join(" ")}`, async () => {
      await fails(["pod", "create", ...flags], message);
      assert.deepEqual(left(), []);
    });

  test("what a pod can't hold is told", async () => {
    const told = async (flags: readonly string[], message: string) => {
      const { code, stderr } = await host.tspod(["pod", "create", "--name", "told", ...flags]);
      assert.deepEqual([code, stderr], [0, `WARN[0000] ${message}\n`]);
      await remove("told");
    };
    const without = "do nothing for a pod without an infra container";
    await told(
      ["--infra=false", "-v", "/tmp:/x", "--sysctl", "net.core.somaxconn=99"],
      `--sysctl, --volume ${without}`,
    );
    await told(["--share", "none", "--device", "/dev/null"], `--device ${without}`);
    await told(
      ["--share-parent=false", "--memory", "50m", "--cpus", "1"],
      "--cpus, --memory do nothing for a pod with --share-parent=false",
    );
  });

  test("pods that are not there", async () => {
    for (const verb of ["start", "stop", "kill", "pause", "unpause", "restart"])
      await fails(["pod", verb, "nope"], "no pod with name or ID nope found: no such pod");
    await fails(["pod", "rm", "nope"], "no pod with name or ID nope found: no such pod", 1);
    assert.equal(await host.ok(["pod", "rm", "-f", "nope"]), "");
    assert.equal((await host.tspod(["pod", "exists", "nope"])).code, 1);
    await fails(
      ["run", "--rm", "--pod", "nope", IMAGE, "true"],
      "no pod with name or ID nope found: no such pod",
    );
    await fails(["create", "--pod", "new:", IMAGE], "new pod name must be at least one character");
    await fails(["create", "--init-ctr", "once", IMAGE], "must specify pod value with init-ctr");
  });

  test("what is the pod's to say", async () => {
    await host.ok(["pod", "create", "--name", "strict"]);
    const shared = "network cannot be configured when it is shared with a pod";
    const cases: readonly (readonly [readonly string[], string])[] = [
      [
        ["-p", "90:90"],
        `invalid config provided: published or exposed ports must be defined when the pod is created: ${shared}`,
      ],
      [
        ["--add-host", "a:1.1.1.1"],
        `invalid config provided: extra host entries must be specified on the pod: ${shared}`,
      ],
      [
        ["--ip", "1.2.3.4"],
        `invalid config provided: networks must be defined when the pod is created: ${shared}`,
      ],
      [
        ["--hostname", "x"],
        "invalid config provided: cannot set hostname when joining the pod UTS namespace: invalid configuration",
      ],
      [
        ["--userns", "keep-id"],
        "cannot set user namespace mode when joining pod with infra container: invalid argument",
      ],
      [["--init-ctr", "foo"], "init-ctr value must be 'always' or 'once'"],
    ];
    for (const [flags, message] of cases)
      await fails(["create", "--pod", "strict", ...flags, IMAGE, "true"], message);
    assert.equal(await host.ok(["pod", "inspect", "-f", "{{.NumContainers}}", "strict"]), "1");
    await remove("strict");
  });

  test("the infra container goes with its pod only, a pod with what runs in it by force only", async () => {
    const pod = await host.ok(["pod", "create", "--name", "busy"]);
    const id = await host.ok(["run", "-d", "--pod", "busy", IMAGE, "sleep", "99"]);
    const infra = await host.ok(["pod", "inspect", "-f", "{{.InfraContainerID}}", "busy"]);
    for (const flags of [[], ["-f"]])
      await fails(
        ["rm", ...flags, infra],
        `container ${infra} is the infra container of pod ${pod} and cannot be removed without removing the pod`,
      );
    const { code, stderr } = await host.tspod(["pod", "rm", "busy"]);
    assert.equal(code, 125);
    assert.equal(
      stderr,
      `Error: not all containers could be removed from pod ${pod}: removing pod containers\nError: error removing container ${id} from pod ${pod}: cannot remove container ${id} as it is running - running or paused containers cannot be removed without force: container state improper\n`,
    );
    await host.ok(["rm", "-f", "-t", "0", id]);
    assert.equal(await host.ok(["pod", "rm", "busy"]), pod, "only infra runs");
  });
});

test("members of a pod in the host's network are in it, and so is who joins such a container", async () => {
  const network = readlinkSync("/proc/self/ns/net");
  const show = ["readlink", "/proc/self/ns/net"];
  await host.ok(["pod", "create", "--name", "hosted", "--network", "host"]);
  assert.equal(await host.ok(["run", "--rm", "--pod", "hosted", IMAGE, ...show]), network);
  await remove("hosted");
  const own = ["--network", "host", "--pid", "host", "--uts", "host"];
  await host.ok(["run", "-d", "--name", "open", ...own, IMAGE, "sleep", "1000"]);
  for (const [flag, file] of [
    ["network", "net"],
    ["pid", "pid"],
    ["uts", "uts"],
  ])
    assert.equal(
      await host.ok(["run", "--rm", `--${flag}=container:open`, IMAGE, "readlink", `/proc/self/ns/${file}`]),
      readlinkSync(`/proc/self/ns/${file}`),
    );
  await host.ok(["rm", "-f", "-t", "0", "open"]);
});

test("--pod new: leaves no pod where the container can't be made", async () => {
  await host.ok(["create", "--name", "taken", IMAGE, "true"]);
  const { code, stderr } = await host.tspod(["run", "--pod", "new:vain", "--name", "taken", IMAGE, "true"]);
  assert.equal(code, 125);
  assert.match(stderr, /"taken" is already in use by/);
  assert.equal((await host.tspod(["pod", "exists", "vain"])).code, 1);
  assert.equal(await host.ok(["ps", "-a", "--format", "{{.Names}}", "-f", "name=vain"]), "");
  await host.ok(["rm", "taken"]);
});

test("--pod new: takes no user namespace of the container's, and no --pod-id-file", async () => {
  const refused = async (flags: readonly string[], words: string) =>
    assert.deepEqual(await host.tspod(["create", "--pod", "new:vain", ...flags, IMAGE]), {
      code: 125,
      stdout: "",
      stderr: `Error: ${words}\n`,
    });
  for (const flags of [
    ["--userns", "keep-id"],
    ["--uidmap", "0:1000:1000"],
    ["--gidmap", "0:1000:1000"],
  ])
    await refused(
      flags,
      "cannot set user namespace mode when joining pod with infra container: invalid argument",
    );
  await refused(["--pod-id-file", "/nosuch"], "cannot specify both --pod and --pod-id-file");
  assert.equal((await host.tspod(["pod", "exists", "vain"])).code, 1);
});

test("--pod new: makes a pod with the container's network; --pod-id-file names one", async () => {
  const port = await freePort();
  const flags = ["--pod", "new:fresh", "-p", `${port}:80`, "--hostname", "mine", "--userns", "host"];
  assert.equal(await host.ok(["run", "--rm", ...flags, IMAGE, "hostname"]), "mine");
  assert.equal(
    await host.ok([
      "pod",
      "inspect",
      "-f",
      '{{(index (index .InfraConfig.PortBindings "80/tcp") 0).HostPort}}',
      "fresh",
    ]),
    String(port),
  );
  await remove("fresh");
  const file = join(host.directory, "pod.id");
  writeFileSync(file, "what was there before is longer than an ID\n".repeat(5));
  const id = await host.ok(["pod", "create", "--name", "filed", "--pod-id-file", file]);
  assert.equal(readFileSync(file, "utf8"), id);
  const none = await host.tspod(["pod", "create", "--pod-id-file", host.directory]);
  assert.equal(none.code, 125);
  assert.equal(none.stderr, `Error: creating idfile: open ${host.directory}: is a directory\n`);
  await host.ok(["create", "--pod-id-file", file, IMAGE]);
  assert.equal(await host.ok(["pod", "inspect", "-f", "{{.NumContainers}}", "filed"]), "2");
  assert.equal(
    await host.ok(["pod", "create", "--replace", "--name", "filed"]).then((other) => other === id),
    false,
  );
  assert.equal(await host.ok(["pod", "ps", "-q"]).then((text) => text.split("\n").length), 1);
  writeFileSync(file, await host.ok(["pod", "ps", "-q", "--no-trunc"]));
  assert.equal(await host.ok(["pod", "rm", "--pod-id-file", file]), readFileSync(file, "utf8").trim());
  assert.deepEqual(left(), []);
});

test("init containers run before the others, in their order, and once or always", async () => {
  await host.ok(["pod", "create", "--name", "inits", "-v", "shared:/shared"]);
  const script = (word: string) => `echo ${word} >> /shared/log`;
  for (const [type, word] of [
    ["once", "a"],
    ["always", "b"],
  ] as const)
    await host.ok(["create", "--pod", "inits", "--init-ctr", type, IMAGE, "sh", "-c", script(word)]);
  await host.ok([
    "create",
    "--pod",
    "inits",
    "--name",
    "main",
    IMAGE,
    "sh",
    "-c",
    `${script("m")}; sleep 99`,
  ]);
  await host.ok(["pod", "start", "inits"]);
  assert.equal(await host.ok(["exec", "main", "cat", "/shared/log"]), "a\nb\nm");
  assert.equal(
    await host.ok(["pod", "inspect", "-f", "{{.NumContainers}} {{.State}}", "inits"]),
    "3 Running",
  );
  await host.ok(["pod", "stop", "-t", "0", "inits"]);
  await host.ok(["pod", "start", "inits"]);
  assert.equal(await host.ok(["exec", "main", "cat", "/shared/log"]), "a\nb\nm\nb\nm");
  await fails(
    ["create", "--pod", "inits", "--init-ctr", "once", IMAGE],
    "cannot add init-ctr to a running pod",
  );
  await remove("inits");
  await host.ok(["volume", "rm", "shared"]);
  await host.ok(["pod", "create", "--name", "bad"]);
  const id = await host.ok(["create", "--pod", "bad", "--init-ctr", "once", IMAGE, "sh", "-c", "exit 7"]);
  await host.ok(["create", "--pod", "bad", "--name", "never", IMAGE, "sleep", "9"]);
  await fails(["pod", "start", "bad"], `init container ${id} exited with code 7`);
  assert.equal(await host.ok(["inspect", "-f", "{{.State.Status}}", "never"]), "created");
  await remove("bad");
});
