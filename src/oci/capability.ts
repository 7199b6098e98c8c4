import { TspodError } from "../errors.ts";

/** All capabilities by their number. @see capabilities(7), linux/capability.h */
const NAMES = [
  "CHOWN",
  "DAC_OVERRIDE",
  "DAC_READ_SEARCH",
  "FOWNER",
  "FSETID",
  "KILL",
  "SETGID",
  "SETUID",
  "SETPCAP",
  "LINUX_IMMUTABLE",
  "NET_BIND_SERVICE",
  "NET_BROADCAST",
  "NET_ADMIN",
  "NET_RAW",
  "IPC_LOCK",
  "IPC_OWNER",
  "SYS_MODULE",
  "SYS_RAWIO",
  "SYS_CHROOT",
  "SYS_PTRACE",
  "SYS_PACCT",
  "SYS_ADMIN",
  "SYS_BOOT",
  "SYS_NICE",
  "SYS_RESOURCE",
  "SYS_TIME",
  "SYS_TTY_CONFIG",
  "MKNOD",
  "LEASE",
  "AUDIT_WRITE",
  "AUDIT_CONTROL",
  "SETFCAP",
  "MAC_OVERRIDE",
  "MAC_ADMIN",
  "SYSLOG",
  "WAKE_ALARM",
  "BLOCK_SUSPEND",
  "AUDIT_READ",
  "PERFMON",
  "BPF",
  "CHECKPOINT_RESTORE",
].map((name) => `CAP_${name}`);

/**
 * The capabilities of a container for which nothing is asked.
 * @see containers.conf(5), default_capabilities
 */
export const DEFAULT_CAPABILITIES: readonly string[] = [
  "CAP_CHOWN",
  "CAP_DAC_OVERRIDE",
  "CAP_FOWNER",
  "CAP_FSETID",
  "CAP_KILL",
  "CAP_NET_BIND_SERVICE",
  "CAP_SETFCAP",
  "CAP_SETGID",
  "CAP_SETPCAP",
  "CAP_SETUID",
  "CAP_SYS_CHROOT",
];

/** Stands for every capability in --cap-add and --cap-drop. */
const ALL_CAPABILITIES = "ALL";

/** The names of the capabilities 0 to `last`, sorted. */
export function knownCapabilities(last: number): string[] {
  return NAMES.slice(0, last + 1).sort();
}

/** What --cap-add and --cap-drop may be given, without the prefix `CAP_`. */
export function capabilityNames(): string[] {
  return [...NAMES.map((name) => name.slice("CAP_".length)), ALL_CAPABILITIES];
}

/** Names, without their prefix, of the bits in a mask, as proc_pid_status(5) has it. */
export function capabilitiesIn(mask: bigint): string[] {
  return NAMES.filter((_, bit) => (mask >> BigInt(bit)) & 1n).map((name) => name.slice("CAP_".length));
}

/**
 * `net_admin`, `CAP_NET_ADMIN` → `CAP_NET_ADMIN`; `all` → `ALL`.
 * @throws {TspodError} If there is no such capability.
 */
export function parseCapability(text: string): string {
  const upper = text.trim().toUpperCase();
  if (upper === ALL_CAPABILITIES) return upper;
  const name = upper.startsWith("CAP_") ? upper : `CAP_${upper}`;
  if (!NAMES.includes(name)) throw new TspodError(`"${name}": unknown capability`);
  return name;
}

/**
 * The bounding set: what stands in `base`, with `add` and without `drop`, sorted.
 * @param last number of the last capability that this kernel knows: what ALL is made of
 * @throws {TspodError} If a capability is both added and dropped.
 */
export function mergeCapabilities(
  base: readonly string[],
  { add, drop, last }: { add: readonly string[]; drop: readonly string[]; last: number },
): string[] {
  if (drop.includes(ALL_CAPABILITIES)) {
    if (add.includes(ALL_CAPABILITIES)) {
      throw new TspodError("adding all caps and removing all caps not allowed");
    }
    return sortedSet(add);
  }
  const both = add.find((name) => name !== ALL_CAPABILITIES && drop.includes(name));
  if (both !== undefined) throw new TspodError(`capability "${both}" cannot be dropped and added`);
  const all = add.includes(ALL_CAPABILITIES) ? knownCapabilities(last) : [...base, ...add];
  return sortedSet(all.filter((name) => !drop.includes(name)));
}

function sortedSet(names: readonly string[]): string[] {
  return [...new Set(names)].sort();
}
