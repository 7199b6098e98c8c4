import type { ProcessFacts } from "../container/report/process-facts.ts";
import type { IdViews, TopFacts } from "../container/report/top.ts";
import { capabilitiesIn } from "../oci/capability.ts";
import { ownValue } from "../oci/shape.ts";
import { formatDuration } from "../options/format-duration.ts";
import { formatGoTime } from "./go/value.ts";

/** Clock ticks a second: USER_HZ, the same on all of Linux's architectures but one. */
const HZ = 100;
const KIB = 1024;
const SECCOMP = ["disabled", "strict", "filter"];

/** One column of `top`. */
export interface Descriptor {
  readonly heading: string;
  /** ps(1)'s AIX form, `%U`. */
  readonly code?: string;
  readonly cell: (process: ProcessFacts, facts: TopFacts) => string;
}

/** What podman-top(1) knows, by its names. */
export const descriptors: Readonly<Record<string, Descriptor>> = {
  args: { heading: "COMMAND", code: "%a", cell: argsText },
  capamb: { heading: "AMBIENT CAPS", cell: capabilities("ambient") },
  capbnd: { heading: "BOUNDING CAPS", cell: capabilities("bounding") },
  capeff: { heading: "EFFECTIVE CAPS", cell: capabilities("effective") },
  capinh: { heading: "INHERITED CAPS", cell: capabilities("inheritable") },
  capprm: { heading: "PERMITTED CAPS", cell: capabilities("permitted") },
  comm: { heading: "COMMAND", code: "%c", cell: ({ command }) => command },
  etime: { heading: "ELAPSED", code: "%t", cell: (process, facts) => duration(elapsed(process, facts)) },
  group: { heading: "GROUP", code: "%G", cell: ({ gids }, facts) => groupName(gids[1], facts) },
  groups: {
    heading: "GROUPS",
    cell: ({ groups }, facts) => groups.map((id) => groupName(id, facts)).join(","),
  },
  hgroup: { heading: "HGROUP", cell: ({ gids }, { gid }) => hostId(gids[1], gid) },
  hgroups: {
    heading: "HGROUPS",
    cell: ({ groups }, { gid }) => groups.map((id) => hostId(id, gid)).join(","),
  },
  hpid: { heading: "HPID", cell: ({ hostPid }) => String(hostPid) },
  huser: { heading: "HUSER", cell: ({ uids }, { uid }) => hostId(uids[1], uid) },
  // Neither SELinux nor AppArmor labels are set on containers.
  label: { heading: "LABEL", cell: () => "?" },
  nice: { heading: "NI", code: "%n", cell: ({ nice }) => String(nice) },
  pcpu: { heading: "%CPU", code: "%C", cell: cpuShare },
  pgid: { heading: "PGID", code: "%r", cell: ({ group }) => String(group) },
  pid: { heading: "PID", code: "%p", cell: ({ pid }) => String(pid) },
  ppid: { heading: "PPID", code: "%P", cell: parentPid },
  rgroup: { heading: "RGROUP", code: "%g", cell: ({ gids }, facts) => groupName(gids[0], facts) },
  rss: { heading: "RSS", cell: ({ residentSize }) => String(Math.floor(residentSize / KIB)) },
  ruser: { heading: "RUSER", code: "%u", cell: ({ uids }, facts) => userName(uids[0], facts) },
  seccomp: { heading: "SECCOMP", cell: ({ seccomp }) => SECCOMP[seccomp] ?? "?" },
  state: { heading: "STATE", cell: ({ state }) => state },
  stime: { heading: "STIME", cell: startTime },
  time: { heading: "TIME", code: "%x", cell: ({ cpuTicks }) => duration(cpuTicks / HZ) },
  tty: { heading: "TTY", code: "%y", cell: ({ tty }) => ttyName(tty) },
  user: { heading: "USER", code: "%U", cell: ({ uids }, facts) => userName(uids[1], facts) },
  vsz: { heading: "VSZ", code: "%z", cell: ({ virtualSize }) => String(Math.floor(virtualSize / KIB)) },
};

const DEFAULT = ["user", "pid", "ppid", "pcpu", "etime", "tty", "time", "args"];

/**
 * The columns asked for: `pid,comm`, `%p`, `pid comm`; none is the usual ones.
 * @returns undefined where a word is none of them: then all words are ps(1)'s
 */
export function parseDescriptors(words: readonly string[]): Descriptor[] | undefined {
  const names = words.flatMap((word) => word.split(/[,\s]+/)).filter(Boolean);
  const found = (names.length === 0 ? DEFAULT : names).map(
    (name) => ownValue(descriptors, name) ?? Object.values(descriptors).find(({ code }) => code === name),
  );
  return found.every((each) => each !== undefined) ? found : undefined;
}

function argsText({ args, command }: ProcessFacts): string {
  return args.length === 0 ? `[${command}]` : `${args.join(" ")} `;
}

function capabilities(set: keyof ProcessFacts["capabilities"]): Descriptor["cell"] {
  return (process, { lastCapability }) => {
    const mask = process.capabilities[set];
    if (mask === 0n) return "none";
    if (mask === (1n << BigInt(lastCapability + 1)) - 1n) return "full";
    return capabilitiesIn(mask).sort().join(",");
  };
}

/** Seconds. */
function elapsed({ startTicks }: ProcessFacts, { uptime }: TopFacts): number {
  return Math.max(0, uptime - startTicks / HZ);
}

function duration(seconds: number): string {
  return formatDuration(Math.round(seconds * 1e9));
}

function cpuShare(process: ProcessFacts, facts: TopFacts): string {
  const seconds = elapsed(process, facts);
  return (seconds === 0 ? 0 : (process.cpuTicks / HZ / seconds) * 100).toFixed(3);
}

function startTime({ startTicks }: ProcessFacts, { bootTime }: TopFacts): string {
  const start = new Date((bootTime + Math.floor(startTicks / HZ)) * 1000);
  return formatGoTime(`${start.toISOString().slice(0, 19)}Z`);
}

/** 0 where the parent is none of the container's processes. */
function parentPid({ parent }: ProcessFacts, { processes }: TopFacts): string {
  return String(processes.find(({ hostPid }) => hostPid === parent)?.pid ?? 0);
}

/** @see proc_pid_stat(5), tty_nr; 136 to 143 are the pseudo-terminals */
function ttyName(device: number): string {
  const major = (device >> 8) & 0xfff;
  const minor = (device & 0xff) | ((device >> 12) & 0xfff00);
  if (major >= 136 && major <= 143) return `pts/${minor + (major - 136) * 256}`;
  return major === 4 ? `tty${minor}` : "?";
}

function userName(id: number | undefined, { uid, passwdText }: TopFacts): string {
  return nameOf(id, uid, passwdText);
}

function groupName(id: number | undefined, { gid, groupText }: TopFacts): string {
  return nameOf(id, gid, groupText);
}

/** Both files have the name first and the number third. */
function nameOf(id: number | undefined, views: IdViews, text: string): string {
  const inside = id === undefined ? undefined : views.inContainer(id);
  if (inside === undefined) return "?";
  const entry = text.split("\n").find((line) => line.split(":")[2] === String(inside));
  return entry?.split(":")[0] ?? String(inside);
}

function hostId(id: number | undefined, views: IdViews): string {
  return String((id === undefined ? undefined : views.onHost(id)) ?? "?");
}
