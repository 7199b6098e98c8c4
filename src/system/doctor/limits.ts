import { asRoot, type Finding, type FindingState, ok, type Patient } from "./finding.ts";
import { readHost, readSysctl } from "./read-host.ts";

interface Limit {
  /** Below /proc/sys. */
  readonly sysctl: string;
  readonly enough: number;
  readonly why: string;
}

const LIMITS: readonly Limit[] = [
  {
    sysctl: "fs/inotify/max_user_instances",
    enough: 128,
    why: 'Programs that watch files (logs -f too) fail with "too many open files" beyond it.',
  },
  {
    sysctl: "fs/inotify/max_user_watches",
    enough: 8192,
    why: 'Programs that watch many files (development servers) fail with "no space left" beyond it.',
  },
  {
    sysctl: "kernel/keys/maxkeys",
    enough: 200,
    why: 'Each container has a session keyring: beyond this number the next start fails with "quota exceeded".',
  },
];
const ENOUGH_FILES = 1024;
const ENOUGH_PROCESSES = 4096;

/** Numbers that the kernel gives each user. */
export function checkLimits(patient: Patient): Finding[] {
  const sysctls = LIMITS.map((limit) => checkSysctl(patient, limit));
  return [...sysctls, ...checkProcessLimits(patient), checkPing(patient)].filter(
    (finding) => finding !== undefined,
  );
}

function checkSysctl(patient: Patient, { sysctl, enough, why }: Limit): Finding | undefined {
  const value = readSysctl(patient, sysctl);
  if (value === undefined) return undefined;
  const name = sysctl.replaceAll("/", ".");
  if (value >= enough) return ok(name, String(value), why);
  const fixes = [asRoot(`sysctl -w ${name}=${enough * 4}`)];
  return { name, state: "warning", found: `${value}, which is little`, why, fixes };
}

/** @see getrlimit(2) */
function checkProcessLimits(patient: Patient): Finding[] {
  const text = readHost(patient, "/proc/self/limits") ?? "";
  const rows = [
    ["Max open files", "open files", ENOUGH_FILES],
    ["Max processes", "processes", ENOUGH_PROCESSES],
  ] as const;
  return rows.flatMap(([row, name, enough]) => {
    const hard = new RegExp(`^${row} +\\S+ +(\\S+)`, "m").exec(text)?.[1];
    if (hard === undefined) return [];
    const why = `Containers inherit the user's limit of ${name}, and --ulimit can't raise it.`;
    const state: FindingState = hard !== "unlimited" && Number(hard) < enough ? "warning" : "ok";
    return [{ name: `limit of ${name}`, state, found: hard, why, fixes: [] }];
  });
}

/** @see icmp(7), "ping_group_range" */
function checkPing(patient: Patient): Finding | undefined {
  const text = readHost(patient, "/proc/sys/net/ipv4/ping_group_range");
  if (text === undefined) return undefined;
  const name = "ping";
  const why = "Programs without rights, slirp4netns among them, may ping only with a group in this range.";
  const [first = 1, last = 0] = text.split(/\s+/).map(Number);
  if (first <= last) return ok(name, `net.ipv4.ping_group_range is ${first} ${last}`, why);
  const fixes = [asRoot("sysctl -w 'net.ipv4.ping_group_range=0 2147483647'")];
  return { name, state: "warning", found: "no group may", why, fixes };
}
