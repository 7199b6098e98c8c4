import { shellWord } from "../../../../cli/output/shell-word.ts";
import { formatDuration } from "../../../../options/format-duration.ts";
import type { Setting } from "./settings.ts";

/** How a setting's value stands on a command line: one word, or one for each time the flag is given. */
type Words = (value: unknown) => readonly string[];

const text: Words = (value) => [typeof value === "string" ? value : JSON.stringify(value)];
const each: Words = (value) => (Array.isArray(value) ? value.flatMap((item) => text(item)) : text(value));
const json: Words = (value) => [JSON.stringify(value)];
const size: Words = (value) => [typeof value === "number" ? sizeText(value) : JSON.stringify(value)];
const nanoseconds: Words = (value) => [typeof value === "number" ? formatDuration(value) : String(value)];
const prefixed =
  (prefix: string): Words =>
  (value) => [`${prefix}${text(value).join("")}`];

/** Settings by their paths in the record, with the flag of `run` that asks for them. */
const FLAGS: Readonly<Record<string, readonly [flag: string, words?: Words]>> = {
  "process.entrypoint": ["entrypoint", json],
  "process.env": ["env", each],
  "process.user": ["user"],
  "process.groups": ["group-add", each],
  "process.workdir": ["workdir"],
  "process.tty": ["tty"],
  "process.openStdin": ["interactive"],
  "process.init": ["init"],
  "process.initPath": ["init-path"],
  "process.umask": ["umask"],
  "process.systemd": ["systemd"],
  "process.stopSignal": ["stop-signal"],
  "process.stopTimeout": ["stop-timeout"],
  "process.timeout": ["timeout"],
  "process.oomScoreAdj": ["oom-score-adj"],
  "process.personality": ["personality"],
  hostname: ["hostname"],
  "network.ports": ["publish", objects(portText)],
  "network.publishAll": ["publish-all"],
  "network.egress": ["egress", each],
  "network.exposed": ["expose", objects(({ port, protocol }) => `${port}/${protocol}`)],
  "network.dns": ["dns", each],
  "network.dnsSearch": ["dns-search", each],
  "network.dnsOptions": ["dns-option", each],
  "network.addHost": ["add-host", each],
  "network.noHosts": ["no-hosts"],
  "network.noHostname": ["no-hostname"],
  "network.httpProxy": ["http-proxy"],
  "security.privileged": ["privileged"],
  "security.capAdd": ["cap-add", each],
  "security.capDrop": ["cap-drop", each],
  "security.raw": ["security-opt", each],
  "security.readOnly": ["read-only"],
  "security.readOnlyTmpfs": ["read-only-tmpfs"],
  "resources.memory": ["memory", size],
  "resources.memoryReservation": ["memory-reservation", size],
  "resources.memorySwap": ["memory-swap", size],
  "resources.memorySwappiness": ["memory-swappiness"],
  "resources.oomKillDisable": ["oom-kill-disable"],
  "resources.cpuShares": ["cpu-shares"],
  "resources.cpuPeriod": ["cpu-period"],
  "resources.cpuQuota": ["cpu-quota"],
  "resources.nanoCpus": ["cpus", (value) => [String(Number(value) / 1e9)]],
  "resources.cpusetCpus": ["cpuset-cpus"],
  "resources.cpusetMems": ["cpuset-mems"],
  "resources.pidsLimit": ["pids-limit"],
  "resources.blkioWeight": ["blkio-weight"],
  volumesFrom: ["volumes-from", objects(({ container }) => String(container))],
  mounts: ["mount", objects(mountText)],
  imageVolume: ["image-volume"],
  devices: ["device", objects((device) => `${device.source}:${device.destination}:${device.permissions}`)],
  shmSize: ["shm-size", size],
  shmSizeSystemd: ["shm-size-systemd", size],
  chrootDirs: ["chrootdirs", each],
  ulimits: ["ulimit", objects(ulimitText)],
  ulimitHost: ["ulimit", () => ["host"]],
  ipc: ["ipc"],
  pid: ["pid"],
  uts: ["uts"],
  cgroupns: ["cgroupns"],
  userns: ["userns"],
  "network.mode": ["network"],
  "cgroups.mode": ["cgroups"],
  "cgroups.parent": ["cgroup-parent"],
  "healthcheck.test": ["health-cmd", json],
  "healthcheck.interval": ["health-interval", nanoseconds],
  "healthcheck.timeout": ["health-timeout", nanoseconds],
  "healthcheck.startPeriod": ["health-start-period", nanoseconds],
  "healthcheck.retries": ["health-retries"],
  "healthcheck.onFailure": ["health-on-failure"],
  restart: ["restart"],
  "log.driver": ["log-driver"],
  "log.path": ["log-opt", prefixed("path=")],
  "log.maxSize": ["log-opt", (value) => [`max-size=${sizeText(Number(value), 1000)}`]],
  "log.maxFile": ["log-opt", prefixed("max-file=")],
  "log.tag": ["log-opt", prefixed("tag=")],
  rm: ["rm"],
  rmi: ["rmi"],
  tz: ["tz"],
  passwd: ["passwd"],
  passwdEntry: ["passwd-entry"],
  groupEntry: ["group-entry"],
  hostUserNames: ["hostuser", each],
  sdnotify: ["sdnotify"],
  secrets: ["secret", objects(secretText)],
  requires: ["requires", each],
  cidFile: ["cidfile"],
  pidFile: ["pidfile"],
  monitorPidFile: ["conmon-pidfile"],
};

/** Records whose every key is a value of one flag: `labels.a` is `--label a=…`. */
const KEYED: Readonly<Record<string, string>> = {
  labels: "label",
  annotations: "annotation",
  sysctls: "sysctl",
  "resources.unified": "cgroup-conf",
};

/** Said by other settings: --security-opt as given is among them, and the image stands above them. */
const SAID_ELSEWHERE =
  /^(?:rootfs|security\.(?:noNewPrivileges|seccomp|apparmor|labelOptions|mask|unmask|procOptions)\b.*|host(?:Users|Group)\b.*)$/;

/** Modes with parts of their own, which are one word on the command line: `userns.kind`, `userns.size`. */
const MODES = ["network.mode", "ipc", "pid", "uts", "cgroupns", "userns", "restart"];

/** A setting as it stands on a command line. */
export interface SettingLine {
  /** `--shm-size 64m`; a path in the record and its value where no flag asks for it. */
  readonly text: string;
  readonly source: string;
}

/** Settings as flags, one line for each time that a flag would be given; of joinedModes(). */
export function settingLines(settings: readonly Setting[]): SettingLine[] {
  return settings
    .filter(({ name }) => !SAID_ELSEWHERE.test(name))
    .flatMap(({ name, value, source }) => flagTexts(name, value).map((line) => ({ text: line, source })));
}

/** The parts of a mode together: its kind, and behind a colon what there is beside it. */
export function joinedModes(settings: readonly Setting[]): Setting[] {
  return settings.flatMap((setting) => {
    const mode = MODES.find((name) => setting.name.startsWith(`${name}.`));
    if (mode === undefined) return [setting];
    if (!/^(?:kind|name)$/.test(setting.name.slice(mode.length + 1))) return [];
    const rest = settings.filter(
      (other) => other !== setting && other.name.startsWith(`${mode}.`) && isSomething(other.value),
    );
    const parts = rest.map((part) => modePart(mode, part));
    const source = [setting, ...rest].find((each) => each.source !== "default")?.source ?? "default";
    const value = [setting.value, parts.join(",")].filter(Boolean).join(":");
    return [{ name: mode, value, source }];
  });
}

/** `uid=3`, `enable_ipv6=true`; what needs no key has none. */
function modePart(mode: string, { name, value }: Setting): string {
  const key = name.slice(name.lastIndexOf(".") + 1).replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  const said = text(value).join("");
  return name.split(".").length === mode.split(".").length + 1 && PLAIN_PARTS.includes(key)
    ? said
    : `${key}=${said}`;
}

const PLAIN_PARTS = ["container", "path", "maximum_retries"];

function flagTexts(name: string, value: unknown): string[] {
  if (name === "process.command") return [`COMMAND ${each(value).map(shellWord).join(" ")}`];
  const keyed = Object.keys(KEYED).find((prefix) => name.startsWith(`${prefix}.`));
  if (keyed !== undefined)
    return [`--${KEYED[keyed]} ${shellWord(`${name.slice(keyed.length + 1)}=${text(value).join("")}`)}`];
  const [flag, words = text] = FLAGS[name] ?? [];
  if (flag === undefined) return [`${name} ${text(value).map(shellWord).join(" ")}`];
  if (value === true && words === text) return [`--${flag}`];
  if (value === false) return [`--${flag}=false`];
  return words(value).map((word) => `--${flag} ${shellWord(word)}`);
}

function isSomething(value: unknown): boolean {
  return value !== 0 && value !== "" && !(Array.isArray(value) && value.length === 0);
}

/** A list of records, each as one word. */
function objects(describe: (item: Readonly<Record<string, unknown>>) => string): Words {
  return (value) => (Array.isArray(value) ? value.map((item) => describe(item)) : json(value));
}

function portText({
  hostIp,
  hostPort,
  containerPort,
  range,
  protocol,
}: Readonly<Record<string, unknown>>): string {
  const span = (first: unknown): string =>
    Number(range) > 1 ? `${first}-${Number(first) + Number(range) - 1}` : String(first);
  const host = hostPort === 0 ? "" : span(hostPort);
  const address = String(hostIp).includes(":") ? `[${hostIp}]` : hostIp;
  const before = address === "" ? host : `${address}:${host}`;
  return `${before === "" ? "" : `${before}:`}${span(containerPort)}${protocol === "tcp" ? "" : `/${protocol}`}`;
}

function mountText({ type, destination, ...rest }: Readonly<Record<string, unknown>>): string {
  const source = rest.source ?? rest.name ?? rest.image;
  return [
    `type=${type}`,
    ...(source === undefined ? [] : [`source=${source}`]),
    `target=${destination}`,
    ...(rest.readOnly === true ? ["ro"] : []),
    ...(rest.size === undefined ? [] : [`tmpfs-size=${rest.size}`]),
    ...(rest.subpath === undefined ? [] : [`subpath=${rest.subpath}`]),
    ...(rest.chown === true ? ["U=true"] : []),
  ].join(",");
}

function ulimitText({ type, soft, hard }: Readonly<Record<string, unknown>>): string {
  return `${String(type).replace("RLIMIT_", "").toLowerCase()}=${soft}:${hard}`;
}

function secretText({ source, type, target }: Readonly<Record<string, unknown>>): string {
  return [source, `type=${type}`, ...(target === undefined ? [] : [`target=${target}`])].join(",");
}

/** As --memory takes sizes: the largest unit that it is a whole number of. */
function sizeText(bytes: number, base = 1024): string {
  const units = ["b", "k", "m", "g"];
  let [rest, unit] = [bytes, 0];
  while (rest > 0 && rest % base === 0 && unit < units.length - 1) {
    rest /= base;
    unit++;
  }
  return `${rest}${units[unit]}`;
}
