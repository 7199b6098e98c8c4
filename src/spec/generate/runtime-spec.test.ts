import assert from "node:assert/strict";
import { test } from "node:test";
import { exampleHost, exampleOptions } from "../../../test/fixtures/run-example.ts";
import type { CreateOptions } from "../../options/create-options.ts";
import { chooseIdMaps } from "../../options/id-maps/choose-id-maps.ts";
import type { HostFacts } from "../host-facts.ts";
import { runtimeSpec } from "./runtime-spec.ts";

type Process = Partial<CreateOptions["process"]>;
type Security = Partial<CreateOptions["security"]>;
type Resources = Partial<CreateOptions["resources"]>;

const withProcess = (process: Process): CreateOptions => ({
  ...exampleOptions,
  process: { ...exampleOptions.process, ...process },
});
const withSecurity = (security: Security): CreateOptions => ({
  ...exampleOptions,
  security: { ...exampleOptions.security, ...security },
});
const withResources = (resources: Resources): CreateOptions => ({
  ...exampleOptions,
  resources: { ...exampleOptions.resources, ...resources },
});
const withNetwork = (mode: CreateOptions["network"]["mode"]): CreateOptions => ({
  ...exampleOptions,
  network: { ...exampleOptions.network, mode },
});
const spec = (options: Partial<CreateOptions> = {}, host: Partial<HostFacts> = {}) =>
  runtimeSpec({ ...exampleOptions, ...options }, { ...exampleHost, ...host });
const mountAt = (destination: string, options: Partial<CreateOptions>, host: Partial<HostFacts> = {}) =>
  spec(options, host).mounts.find((mount) => mount.destination === destination);

const CGROUP: HostFacts["cgroup"] = {
  kind: "systemd",
  path: "user.slice:libpod:b6c3",
  controllers: ["memory", "pids", "cpu"],
  unified: true,
};

test("an ordinary container is what podman makes of it", () => {
  const { process, hostname, root, linux, mounts } = spec();
  assert.deepEqual(process.user, { uid: 0, gid: 0, umask: 0o22, additionalGids: [0, 1] });
  assert.deepEqual(process.env.slice(-2), ["HOME=/root", "HOSTNAME=b6c35cc6dc3a"]);
  assert.deepEqual(process.capabilities?.inheritable, []);
  assert.equal(process.capabilities?.bounding.length, 11);
  assert.deepEqual(process.rlimits, [
    { type: "RLIMIT_NOFILE", soft: 1024, hard: 524288 },
    { type: "RLIMIT_NPROC", soft: 1048576, hard: 1048576 },
  ]);
  assert.equal(hostname, "b6c35cc6dc3a");
  assert.deepEqual(root, { path: exampleHost.rootfs });
  assert.deepEqual(
    linux.namespaces.map(({ type }) => type),
    ["pid", "network", "ipc", "uts", "mount", "cgroup"],
  );
  assert.deepEqual(linux.resources, {});
  assert.equal(linux.cgroupsPath, undefined);
  assert.deepEqual(linux.sysctl, { "net.ipv4.ping_group_range": "0 0" });
  assert.deepEqual(
    mounts.map(({ destination }) => destination),
    ["/proc", "/dev", "/sys", "/dev/pts", "/dev/mqueue", "/dev/shm", "/sys/fs/cgroup"],
  );
});

test("--ulimit host: the caller's own, each once", () => {
  const rlimits = { nofile: { soft: 3, hard: 2_000_000 }, nproc: { soft: -1, hard: -1 } };
  const { process } = runtimeSpec({ ...exampleOptions, ulimitHost: true }, { ...exampleHost, rlimits });
  assert.deepEqual(process.rlimits?.slice(0, 1), [{ type: "RLIMIT_NOFILE", soft: 3, hard: 2_000_000 }]);
  assert.deepEqual(
    process.rlimits?.map(({ type }) => type),
    ["RLIMIT_NOFILE", "RLIMIT_NPROC"],
  );
});

test("an unlimited limit is no more than the caller's hard one", () => {
  const ulimits = [
    { type: "RLIMIT_NPROC", soft: -1, hard: -1 },
    { type: "RLIMIT_NOFILE", soft: 3, hard: -1 },
    { type: "RLIMIT_CORE", soft: -1, hard: -1 },
  ];
  const hardLimits = { RLIMIT_NPROC: 70, RLIMIT_NOFILE: 80, RLIMIT_CORE: -1 };
  const { process } = runtimeSpec({ ...exampleOptions, ulimits }, { ...exampleHost, hardLimits });
  assert.deepEqual(process.rlimits?.slice(0, 2), [
    { type: "RLIMIT_NOFILE", soft: 3, hard: 80 },
    { type: "RLIMIT_NPROC", soft: 70, hard: 70 },
  ]);
  assert.ok(JSON.stringify(process.rlimits).includes('"RLIMIT_CORE","soft":18446744073709551615'));
});

test("the spec is JSON, unlimited limits included", () => {
  const text = JSON.stringify(spec({ ulimits: [{ type: "RLIMIT_CORE", soft: 0, hard: -1 }] }));
  assert.ok(text.includes('{"type":"RLIMIT_CORE","soft":0,"hard":18446744073709551615}'));
});

for (const [name, options, expected] of [
  ["another user only has what is added", { user: "bob", capAdd: ["CAP_NET_ADMIN"] }, ["CAP_NET_ADMIN"]],
  ["another user has nothing else", { user: "bob", capAdd: [] }, []],
] as const) {
  test(`capabilities: ${name}`, () => {
    const { user, capAdd } = options;
    const both = { ...withProcess({ user }), security: { ...exampleOptions.security, capAdd } };
    const { capabilities } = spec(both).process;
    for (const set of ["effective", "permitted", "inheritable", "ambient"] as const) {
      assert.deepEqual(capabilities?.[set], expected);
    }
    assert.equal(capabilities?.bounding.length, 11 + capAdd.length);
  });
}

test("--privileged has all capabilities, devices and no masks", () => {
  const { process, linux, mounts } = spec(withSecurity({ privileged: true }), { hostDevices: ["/dev/fuse"] });
  assert.equal(process.capabilities?.effective.length, 41);
  assert.equal(linux.seccomp, undefined);
  assert.equal(linux.maskedPaths, undefined);
  assert.equal(linux.rootfsPropagation, "rslave");
  assert.ok(mounts.some(({ destination }) => destination === "/dev/fuse"));
});

test("--privileged leaves out the host's seccomp profile alone, not one that was asked for", () => {
  const filter = (path: string) =>
    spec(withSecurity({ privileged: true, seccomp: { kind: "file", path } })).linux.seccomp;
  assert.equal(filter("/usr/share/containers/seccomp.json"), undefined);
  assert.equal(typeof filter("/home/alice/own.json")?.defaultAction, "string");
});

test("no seccomp profile is an error, unless it was asked for", () => {
  const { seccompProfile: _, ...without } = exampleHost;
  assert.throws(() => runtimeSpec(exampleOptions, without), /no seccomp profile/);
  assert.doesNotThrow(() => runtimeSpec(withSecurity({ seccomp: { kind: "unconfined" } }), without));
});

test("an id that is not mapped is refused", () => {
  assert.throws(
    () => spec(withProcess({ user: "70000" })),
    /user 70000:0 is not mapped in this user namespace \(65537 ids\)/,
  );
  assert.throws(
    () => spec(withProcess({ user: "5" }), { uidMap: exampleHost.uidMap.slice(0, 1) }),
    /usermod --add-subuids/,
  );
});

test("the tty group stays out where it is not mapped", () => {
  const one = { gidMap: exampleHost.gidMap.slice(0, 1) };
  assert.ok(!mountAt("/dev/pts", {}, one)?.options.includes("gid=5"));
  assert.ok(mountAt("/dev/pts", {})?.options.includes("gid=5"));
});

test("--network host binds the host's sysfs and hides its kernel directory", () => {
  const { linux, hostname, process } = spec(withNetwork({ kind: "host" }));
  assert.ok(!linux.namespaces.some(({ type }) => type === "network"));
  assert.deepEqual(linux.sysctl, {});
  assert.equal(linux.maskedPaths?.[0], "/sys/kernel");
  assert.equal(hostname, "laptop");
  assert.ok(process.env.includes("HOSTNAME=laptop"));
  assert.equal(mountAt("/sys", withNetwork({ kind: "host" }))?.type, "bind");
});

test("what another container shares with the host is shared, too", () => {
  const other = { kind: "container", container: "x" } as const;
  const { linux, mounts } = spec(
    { ...withNetwork(other), pid: other, uts: other },
    { namespaces: { network: "host", pid: "host", uts: "host" } },
  );
  const types = linux.namespaces.map(({ type }) => type);
  for (const type of ["network", "pid", "uts"] as const) assert.ok(!types.includes(type), type);
  assert.equal(mounts.find(({ destination }) => destination === "/proc")?.type, "bind");
});

test("namespaces of others are joined by their path", () => {
  const joined = spec(withNetwork({ kind: "container", container: "web" }), {
    namespaces: { network: "/proc/7/ns/net" },
  });
  assert.deepEqual(joined.linux.namespaces[1], { type: "network", path: "/proc/7/ns/net" });
  assert.throws(
    () => spec(withNetwork({ kind: "container", container: "web" })),
    /no network namespace to join/,
  );
});

test("--uts host leaves the host's name alone", () => {
  const { hostname, linux } = spec({ uts: { kind: "host" } });
  assert.equal(hostname, undefined);
  assert.ok(!linux.namespaces.some(({ type }) => type === "uts"));
});

test("--init goes before the command, its binary is bound", () => {
  const host = { files: { init: "/usr/bin/catatonit" } };
  assert.deepEqual(spec(withProcess({ init: true }), host).process.args, ["/run/podman-init", "--", "sh"]);
  assert.equal(mountAt("/run/podman-init", withProcess({ init: true }), host)?.source, "/usr/bin/catatonit");
});

test("--read-only leaves room to write", () => {
  const { root, mounts } = spec(withSecurity({ readOnly: true }), { files: { hosts: "/run/hosts" } });
  assert.equal(root.readonly, true);
  for (const path of ["/run", "/tmp", "/var/tmp"])
    assert.ok(mounts.some(({ destination }) => destination === path));
  assert.ok(mounts.find(({ destination }) => destination === "/etc/hosts")?.options.includes("ro"));
});

test("--read-only-tmpfs=false leaves none", () => {
  const { mounts } = spec(withSecurity({ readOnly: true, readOnlyTmpfs: false }));
  for (const path of ["/run", "/tmp", "/var/tmp"])
    assert.ok(!mounts.some(({ destination }) => destination === path));
  for (const path of ["/dev", "/dev/shm"])
    assert.ok(mounts.find(({ destination }) => destination === path)?.options.includes("ro"));
});

test("a user's mount stands in for the default, and keeps the source's locked flags", () => {
  const request = {
    type: "bind",
    source: "/s",
    destination: "/dev/shm",
    readOnly: true,
    flags: {},
    recursive: true,
  } as const;
  const { mounts } = spec({}, { mounts: [{ request, source: "/s", sourceFlags: ["nosuid", "relatime"] }] });
  const found = mounts.filter(({ destination }) => destination === "/dev/shm");
  assert.deepEqual(found, [
    { destination: "/dev/shm", type: "bind", source: "/s", options: ["ro", "rprivate", "nosuid", "rbind"] },
  ]);
});

test("a user's /dev leaves nothing of the default one", () => {
  const request = {
    type: "bind",
    source: "/dev",
    destination: "/dev",
    readOnly: false,
    flags: {},
    recursive: true,
  } as const;
  const { mounts } = spec({}, { mounts: [{ request, source: "/dev", sourceFlags: [] }] });
  assert.deepEqual(
    mounts.filter(({ destination }) => destination.startsWith("/dev")).map(({ type }) => type),
    ["bind"],
  );
});

for (const [name, request, expected] of [
  [
    "volume",
    { type: "volume", destination: "/v", readOnly: false, flags: {}, copy: true },
    { type: "bind", source: "/s", options: ["rw", "rprivate", "nosuid", "nodev", "rbind"] },
  ],
  [
    "tmpfs",
    {
      type: "tmpfs",
      destination: "/v",
      readOnly: false,
      flags: { exec: false },
      copyUp: true,
      data: [],
      size: "1m",
    },
    {
      type: "tmpfs",
      source: "tmpfs",
      options: ["size=1m", "rw", "rprivate", "nosuid", "nodev", "noexec", "tmpcopyup"],
    },
  ],
] as const) {
  test(`mount of a ${name}`, () => {
    const host = { mounts: [{ request, source: "/s", sourceFlags: [] }] };
    assert.deepEqual(mountAt("/v", {}, host), { destination: "/v", ...expected });
  });
}

test("limits are passed on where their controller is delegated", () => {
  const { linux } = spec(withResources({ memory: 67108864, nanoCpus: 500_000_000 }), { cgroup: CGROUP });
  assert.equal(linux.cgroupsPath, "user.slice:libpod:b6c3");
  assert.deepEqual(linux.resources, {
    memory: { limit: 67108864, swap: 134217728 },
    cpu: { quota: 50000, period: 100000 },
    pids: { limit: 2048 },
  });
});

for (const [name, resources, cgroup, message] of [
  [
    "no cgroup",
    { memory: 1 },
    exampleHost.cgroup,
    /^--memory can't be held: containers of this user have no cgroup here/,
  ],
  [
    "no controller",
    { cpusetCpus: "0" },
    CGROUP,
    /the "cpuset" cgroup controller is not delegated .*Delegate=/,
  ],
  [
    "no such device, whatever is delegated",
    { deviceReadBps: [{ path: "/dev/x", rate: 1 }] },
    { ...CGROUP, controllers: [] },
    /^\/dev\/x: not a block device/,
  ],
] as const) {
  test(`a limit that can't be held is refused: ${name}`, () => {
    assert.throws(() => spec(withResources(resources), { cgroup }), {
      name: "TspodError",
      message: new RegExp(message, "s"),
    });
  });
}

test("systemd as the command gets what it needs", () => {
  const { process, mounts } = spec(withProcess({ command: ["/sbin/init"] }));
  assert.ok(process.env.includes("container_uuid=b6c35cc6dc3a49a7463d31fb4c17dcf1"));
  assert.ok(mounts.some(({ destination }) => destination === "/run/lock"));
  assert.deepEqual(mounts.find(({ destination }) => destination === "/sys/fs/cgroup")?.options, [
    "private",
    "rw",
  ]);
});

test("masks are taken off as asked", () => {
  const { linux } = spec(withSecurity({ unmask: ["/proc/*"], mask: ["/secret"] }));
  assert.ok(!linux.maskedPaths?.some((path) => path.startsWith("/proc/")));
  assert.ok(linux.maskedPaths?.includes("/secret"));
  assert.ok(spec(withSecurity({ unmask: ["ALL"] })).linux.readonlyPaths?.length === 0);
});

test("--userns keep-id maps the caller to itself", () => {
  const idMaps = chooseIdMaps(
    { kind: "keep-id" },
    { ...exampleHost, used: [], imageSize: 0, ofContainer: () => undefined },
  );
  assert.ok(idMaps);
  const { linux, process } = spec({
    ...withProcess({ user: "1000:1000" }),
    userns: { kind: "keep-id" },
    idMaps,
  });
  assert.deepEqual(linux.uidMappings, [
    { containerID: 0, hostID: 1, size: 1000 },
    { containerID: 1000, hostID: 0, size: 1 },
    { containerID: 1001, hostID: 1001, size: 64536 },
  ]);
  assert.equal(process.user.uid, 1000);
});

test("sysctls of the host are refused", () => {
  const options = { ...withNetwork({ kind: "host" }), sysctls: { "net.a": "1" } };
  assert.throws(() => runtimeSpec(options, exampleHost), {
    message: "sysctl net.a=1 can't be set since Network Namespace set to host: invalid argument",
  });
});
