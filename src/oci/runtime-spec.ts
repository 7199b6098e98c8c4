/**
 * The OCI runtime configuration (config.json), as far as we write it.
 * @see https://github.com/opencontainers/runtime-spec/blob/main/config.md
 */
export interface RuntimeSpec {
  ociVersion: string;
  process: SpecProcess;
  root: { path: string; readonly?: boolean };
  hostname?: string;
  mounts: SpecMount[];
  annotations?: Record<string, string>;
  hooks?: SpecHooks;
  linux: SpecLinux;
}

/** A program of the host that the runtime runs at a moment of the container's life. */
export interface SpecHook {
  readonly path: string;
  readonly args?: readonly string[];
  readonly env?: readonly string[];
  /** Seconds. */
  readonly timeout?: number;
}

/**
 * The moments of a container's life at which the runtime runs programs of the host.
 * @see https://github.com/opencontainers/runtime-spec/blob/main/config.md#posix-platform-hooks
 */
const HOOK_NAMES = [
  "prestart",
  "createRuntime",
  "createContainer",
  "startContainer",
  "poststart",
  "poststop",
] as const;

export type HookName = (typeof HOOK_NAMES)[number];

export function isHookName(text: string): text is HookName {
  return (HOOK_NAMES as readonly string[]).includes(text);
}

export type SpecHooks = { [Name in HookName]?: SpecHook[] };

export interface SpecProcess {
  terminal: boolean;
  user: { uid: number; gid: number; umask?: number; additionalGids?: number[] };
  args: string[];
  env: string[];
  cwd: string;
  capabilities?: SpecCapabilities;
  rlimits?: SpecRlimit[];
  noNewPrivileges?: boolean;
  oomScoreAdj?: number;
  apparmorProfile?: string;
  consoleSize?: { height: number; width: number };
}

export interface SpecCapabilities {
  bounding: string[];
  effective: string[];
  inheritable: string[];
  permitted: string[];
  ambient: string[];
}

/** A number, or one that doesn't fit into a double, which JSON.stringify() writes as its text. */
export type SpecLimit = number | { readonly rawJSON: string };

/** RLIM_INFINITY: runtimes read limits as uint64, and 2^64 - 1 has no double of its own. */
export const UNLIMITED: SpecLimit = rawJson("18446744073709551615");

export interface SpecRlimit {
  type: string;
  soft: SpecLimit;
  hard: SpecLimit;
}

export interface SpecMount {
  destination: string;
  type: string;
  source: string;
  options: string[];
}

export interface SpecNamespace {
  type: "pid" | "network" | "ipc" | "uts" | "mount" | "user" | "cgroup";
  path?: string;
}

export interface SpecIdMap {
  containerID: number;
  hostID: number;
  size: number;
}

export interface SpecLinux {
  namespaces: SpecNamespace[];
  uidMappings?: SpecIdMap[];
  gidMappings?: SpecIdMap[];
  cgroupsPath?: string;
  resources?: SpecResources;
  sysctl?: Record<string, string>;
  seccomp?: SpecSeccomp;
  maskedPaths?: string[];
  readonlyPaths?: string[];
  rootfsPropagation?: string;
  personality?: { domain: string };
}

export interface SpecResources {
  memory?: {
    limit?: number;
    reservation?: number;
    swap?: number;
    swappiness?: number;
    disableOOMKiller?: boolean;
  };
  cpu?: {
    shares?: number;
    quota?: number;
    period?: number;
    realtimeRuntime?: number;
    realtimePeriod?: number;
    cpus?: string;
    mems?: string;
  };
  pids?: { limit: number };
  blockIO?: {
    weight?: number;
    weightDevice?: { major: number; minor: number; weight: number }[];
    throttleReadBpsDevice?: SpecThrottle[];
    throttleWriteBpsDevice?: SpecThrottle[];
    throttleReadIOPSDevice?: SpecThrottle[];
    throttleWriteIOPSDevice?: SpecThrottle[];
  };
  unified?: Record<string, string>;
}

export interface SpecThrottle {
  major: number;
  minor: number;
  rate: number;
}

export interface SpecSeccomp {
  defaultAction: string;
  defaultErrnoRet?: number;
  architectures?: string[];
  syscalls: SpecSyscallRule[];
}

export interface SpecSyscallRule {
  names: string[];
  action: string;
  errnoRet?: number;
  args?: { index: number; value: number; valueTwo?: number; op: string }[];
}

// TypeScript's library doesn't know it yet. @see https://github.com/tc39/proposal-json-parse-with-source
function rawJson(text: string): SpecLimit {
  return (JSON as unknown as { rawJSON(text: string): { readonly rawJSON: string } }).rawJSON(text);
}
