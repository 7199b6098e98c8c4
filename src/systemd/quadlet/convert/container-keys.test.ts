import assert from "node:assert/strict";
import { test } from "node:test";
import { parseUnit } from "../../unit-file/unit-file.ts";
import { type Quadlet, quadletOf } from "../kinds.ts";
import { CONTAINER_KEYS } from "./container-keys.ts";
import { convertContainer } from "./convert-container.ts";

/** @param lines of [Container], beside the image */
function quadlet(lines: string, name = "web.container"): Quadlet {
  const found = quadletOf(parseUnit(`[Container]\nImage=reg.io/img\n${lines}\n`, `/q/${name}`));
  assert.ok(found);
  return found;
}

function convert(lines: string, others: readonly Quadlet[] = [], unsupported?: string) {
  const own = quadlet(lines);
  return convertContainer(own, {
    quadlets: new Map([own, ...others].map((each) => [each.fileName, each])),
    program: "/bin/tspod",
    unsupported: (_, flag) => (flag === unsupported ? "not here" : undefined),
  });
}

const BEGIN = ["/bin/tspod", "run", "--name", "systemd-%N", "--replace", "--rm"];

/** Every key: a line, and what it adds to `tspod run`. */
const ROWS: readonly (readonly [line: string, added: readonly string[]])[] = [
  ["AddCapability=CAP_NET_ADMIN sys_time", ["--cap-add", "cap_net_admin", "--cap-add", "sys_time"]],
  [
    "AddDevice=/dev/null -/dev/is-not-there -/dev/zero:/dev/z",
    ["--device", "/dev/null", "--device", "/dev/zero:/dev/z"],
  ],
  ["AddHost=example.com:192.168.10.11", ["--add-host", "example.com:192.168.10.11"]],
  ['Annotation="a=b c"', ["--annotation", "a=b c"]],
  ["AppArmor=alternate", ["--security-opt", "apparmor=alternate"]],
  ["AutoUpdate=registry", ["--label", "io.containers.autoupdate=registry"]],
  ["DNS=192.168.55.1", ["--dns", "192.168.55.1"]],
  ["DNSOption=ndots:1", ["--dns-option", "ndots:1"]],
  ["DNSSearch=example.com", ["--dns-search", "example.com"]],
  ["DropCapability=ALL", ["--cap-drop", "all"]],
  ["Entrypoint=/foo.sh", ["--entrypoint=/foo.sh"]],
  ["Entrypoint=", ["--entrypoint="]],
  ['Environment=A=1 "B=two words" A=2', ["--env", "A=2", "--env", "B=two words"]],
  ["EnvironmentFile=/tmp/env", ["--env-file", "/tmp/env"]],
  ["EnvironmentFile=env/own %t/env", ["--env-file", "/q/env/own", "--env-file", "%t/env"]],
  ["EnvironmentHost=yes", ["--env-host"]],
  ["ExposeHostPort=50-59", ["--expose", "50-59"]],
  ["GIDMap=0:10000:10", ["--gidmap", "0:10000:10"]],
  ["User=1\nGroup=2", ["--user", "1:2"]],
  ["GroupAdd=keep-groups", ["--group-add", "keep-groups"]],
  ["HealthCmd=/usr/bin/command -v", ["--health-cmd", "/usr/bin/command -v"]],
  ["HealthInterval=2m", ["--health-interval", "2m"]],
  ["HealthLogDestination=/foo/log", ["--health-log-destination", "/foo/log"]],
  ["HealthMaxLogCount=5", ["--health-max-log-count", "5"]],
  ["HealthMaxLogSize=500", ["--health-max-log-size", "500"]],
  ["HealthOnFailure=kill", ["--health-on-failure", "kill"]],
  ["HealthRetries=5", ["--health-retries", "5"]],
  ["HealthStartPeriod=1m", ["--health-start-period", "1m"]],
  ["HealthStartupCmd=command", ["--health-startup-cmd", "command"]],
  ["HealthStartupInterval=1m", ["--health-startup-interval", "1m"]],
  ["HealthStartupRetries=8", ["--health-startup-retries", "8"]],
  ["HealthStartupSuccess=2", ["--health-startup-success", "2"]],
  ["HealthStartupTimeout=1m33s", ["--health-startup-timeout", "1m33s"]],
  ["HealthTimeout=20s", ["--health-timeout", "20s"]],
  ["HostName=example.com", ["--hostname", "example.com"]],
  ["HttpProxy=false", ["--http-proxy=false"]],
  ["IP=192.5.0.1", ["--ip", "192.5.0.1"]],
  ["IP6=2001:db8::1", ["--ip6", "2001:db8::1"]],
  ['Label="X=Y Z"', ["--label", "X=Y Z"]],
  ["LogDriver=journald", ["--log-driver", "journald"]],
  ["LogOpt=path=/var/log/a tag=b", ["--log-opt", "path=/var/log/a", "--log-opt", "tag=b"]],
  ["Mask=/proc/sys/foo:/proc/sys/bar", ["--security-opt", "mask=/proc/sys/foo:/proc/sys/bar"]],
  ["Memory=20g", ["--memory", "20g"]],
  ["Mount=type=tmpfs,destination=/t", ["--mount", "type=tmpfs,destination=/t"]],
  ["Mount=type=bind,source=./here,destination=/t", ["--mount", "type=bind,source=/q/here,destination=/t"]],
  ["Network=host", ["--network", "host"]],
  ["Network=slirp4netns:mtu=1500", ["--network", "slirp4netns:mtu=1500"]],
  ["NetworkAlias=name", ["--network-alias", "name"]],
  ["NoNewPrivileges=true", ["--security-opt=no-new-privileges"]],
  ["NoNewPrivileges=false", []],
  ["PidsLimit=10000", ["--pids-limit", "10000"]],
  ["PodmanArgs=--publish 8080:80 '--label=a b'", ["--publish", "8080:80", "--label=a b"]],
  ["PublishPort=8080:80\nPublishPort=81", ["--publish", "8080:80", "--publish", "81"]],
  ["Pull=never", ["--pull", "never"]],
  ["ReadOnly=true", ["--read-only"]],
  ["ReadOnlyTmpfs=false", ["--read-only-tmpfs=false"]],
  ["Retry=5", ["--retry", "5"]],
  ["RetryDelay=5s", ["--retry-delay", "5s"]],
  ["RunInit=true", ["--init"]],
  ["SeccompProfile=/tmp/s.json", ["--security-opt", "seccomp=/tmp/s.json"]],
  ["Secret=secret,type=env", ["--secret", "secret,type=env"]],
  ["SecurityLabelDisable=true", ["--security-opt", "label=disable"]],
  ["SecurityLabelFileType=usr_t", ["--security-opt", "label=filetype:usr_t"]],
  ["SecurityLabelLevel=s0:c1,c2", ["--security-opt", "label=level:s0:c1,c2"]],
  ["SecurityLabelNested=true", ["--security-opt", "label=nested"]],
  ["SecurityLabelType=spc_t", ["--security-opt", "label=type:spc_t"]],
  ["ShmSize=100m", ["--shm-size", "100m"]],
  ["StopSignal=SIGINT", ["--stop-signal", "SIGINT"]],
  ["StopTimeout=20", ["--stop-timeout", "20"]],
  ["SubGIDMap=gtest", ["--subgidname", "gtest"]],
  ["SubUIDMap=utest", ["--subuidname", "utest"]],
  ["Sysctl=a=1 b=2", ["--sysctl", "a=1", "--sysctl", "b=2"]],
  ["Timezone=local", ["--tz", "local"]],
  ["Tmpfs=/work", ["--tmpfs", "/work"]],
  ["UIDMap=0:10000:10 1:0:1", ["--uidmap", "0:10000:10", "--uidmap", "1:0:1"]],
  ["Ulimit=nofile=1000:10000", ["--ulimit", "nofile=1000:10000"]],
  ["Unmask=ALL", ["--security-opt", "unmask=ALL"]],
  ["User=bin", ["--user", "bin"]],
  ["UserNS=keep-id:uid=200,gid=210", ["--userns", "keep-id:uid=200,gid=210"]],
  ["RemapUsers=keep-id\nRemapUid=200", ["--userns", "keep-id:uid=200"]],
  ["RemapUsers=auto\nRemapUid=0:1:2\nRemapUidSize=9", ["--userns", "auto:uidmapping=0:1:2,size=9"]],
  ["RemapUsers=manual\nRemapGid=0:1:2", ["--gidmap", "0:1:2"]],
  ["VolatileTmp=yes", ["--tmpfs", "/tmp:rw,size=512M,mode=1777"]],
  ["Volume=/source:/dest:ro,z", ["-v", "/source:/dest:ro,z"]],
  ["Volume=/anonymous", ["-v", "/anonymous"]],
  ["Volume=named:/dest", ["-v", "named:/dest"]],
  ["Volume=./here:/dest", ["-v", "/q/here:/dest"]],
  ["WorkingDir=$HOME", ["--workdir", "$HOME"]],
];

for (const [line, added] of ROWS) {
  test(`[Container] ${line.replaceAll("\n", ", ")}`, () =>
    assert.deepEqual(convert(line).alone, [...BEGIN, ...added, "reg.io/img"]));
}

/** Keys that say more than what a flag does: tested here and in generate.test.ts. */
const OTHERS = [
  "CgroupsMode",
  "ContainerName",
  "ContainersConfModule",
  "Exec",
  "GlobalArgs",
  "Image",
  "Notify",
  "Pod",
  "ReloadCmd",
  "ReloadSignal",
  "Rootfs",
  "ServiceName",
  "StartWithPod",
];

test("no key is left out", () => {
  const shown = new Set([
    ...ROWS.flatMap(([line]) => line.split("\n")).map((line) => line.split("=", 1)[0] ?? ""),
    ...OTHERS,
  ]);
  assert.deepEqual(
    Object.keys(CONTAINER_KEYS).filter((key) => !shown.has(key)),
    [],
  );
  assert.deepEqual(
    [...shown].filter((key) => !(key in CONTAINER_KEYS)),
    [],
  );
});

for (const [line, words] of [
  ["", ["--cgroups=split", "--sdnotify=conmon", "-d"]],
  ["CgroupsMode=no-conmon", ["--cgroups=no-conmon", "--sdnotify=conmon", "-d"]],
  ["Notify=yes", ["--cgroups=split", "--sdnotify=container", "-d"]],
  ["Notify=healthy", ["--cgroups=split", "--sdnotify=healthy", "-d"]],
] as const) {
  test(`below systemd: ${line || "nothing said"}`, () =>
    assert.deepEqual(convert(line).start, [...BEGIN, "--cidfile=%t/%N.cid", ...words, "reg.io/img"]));
}

test("global arguments stand before every command", () => {
  const { text } = convert("GlobalArgs=--log-level debug\nReloadCmd=kill -HUP 1");
  const commands = text.split("\n").filter((line) => /^Exec.*tspod/.test(line));
  assert.equal(commands.length, 4);
  for (const line of commands) assert.match(line, /\/bin\/tspod --log-level debug (?:run|rm|exec) /);
  assert.match(text, /^ExecReload=.* exec systemd-%N kill -HUP 1$/m);
});

test("another container's network makes its service start first", () => {
  const other = quadlet("ContainerName=db", "data.container");
  const { alone, text, requires } = convert("Network=data.container", [other]);
  assert.deepEqual(alone, [...BEGIN, "--network", "container:db", "reg.io/img"]);
  assert.deepEqual(requires, ["data.container"]);
  assert.match(text, /^Requires=data\.service\nAfter=data\.service$/m);
});

for (const [lines, message] of [
  ["Exce=a", "unsupported key 'Exce' in group 'Container' (did you mean Exec=?)"],
  ["Wholly=a", "unsupported key 'Wholly' in group 'Container'"],
  ["Rootfs=/r", "the Image And Rootfs keys conflict can not be specified together"],
  ["ExposeHostPort=many", "invalid port format 'many'"],
  ["Group=1", "invalid Group set without User"],
  ["Network=a.network", "requested Quadlet unit a.network was not found"],
  ["Network=slirp4netns:nosuch=1", /nosuch/],
  ["Network=a.container", "requested Quadlet unit a.container was not found"],
  ["Volume=a.volume:/a", "requested Quadlet unit a.volume was not found"],
  ["Pod=a.pod", "quadlet pod unit a.pod does not exist"],
  ["Pod=a", "pod a is not Quadlet based"],
  ["ReloadCmd=a\nReloadSignal=HUP", "ReloadCmd and ReloadSignal are mutually exclusive but both are set"],
  ["RemapUsers=keep-id\nUserNS=host", "deprecated Remap keys are set along with explicit mapping keys"],
  ["RemapUsers=auto\nRemapUidSize=many", "invalid size 'many': a number of ids"],
  ["RemapUsers=some", "unsupported RemapUsers option 'some'"],
  ["Secret=s", "Secret= is not supported: not here"],
  ["[Service]\nType=simple", "invalid service Type 'simple': use notify or oneshot"],
  ["[Service]\nKillMode=process", "invalid KillMode 'process': use mixed or control-group"],
  ["[Quadlet]\nDefault=no", /^unsupported key 'Default' in group 'Quadlet'/],
  ["[Unit]\nAfter=a.container", "unable to translate dependency for a.container"],
] as const) {
  test(`refused with its line: ${lines.replaceAll("\n", ", ")}`, () =>
    assert.throws(
      () => convert(lines, [], "secret"),
      ({ message: said }: Error) => {
        const [, line, rest = ""] = /^\/q\/web\.container:(\d+): (.*)$/s.exec(said) ?? [];
        assert.ok(Number(line) > 2, said);
        if (typeof message === "string") assert.equal(rest, message);
        else assert.match(rest, message);
        return true;
      },
    ));
}
