/**
 * The records of a monitor's plan, each with the names of its arguments in their order. A name that ends in
 * `...` stands for one or more. What they mean is said in native/protocol.h, section 2.
 */
export const PLAN_RECORDS = {
  id: ["id"],
  dir: ["dir"],
  store: ["dir", "run", "name"],
  "hold-lock": ["path"],
  "end-when-free": ["path", "signal", "seconds"],
  propagate: ["mode"],
  terminal: ["rows", "cols"],
  stdin: [],
  notify: ["mode", "socket"],
  scope: ["name", "slice", "socket"],
  hold: [],
  bound: [],
  "pid-file": ["path"],
  "copy-runtime": [],
  create: ["argv..."],
  "write-pid": ["path"],
  "write-monitor-pid": ["path"],
  "exit-file": ["path"],
  restart: ["policy", "retries", "mark"],
  "start-again": ["argv..."],
  health: [
    "interval",
    "timeout",
    "startPeriod",
    "retries",
    "action",
    "results",
    "pidFile",
    "signal",
    "seconds",
    "count",
    "size",
    "log",
  ],
  "health-command": ["argv..."],
  "health-startup": ["interval", "timeout", "retries", "successes"],
  "health-startup-command": ["argv..."],
  "health-times": ["delay", "startupDelay", "pause", "longest", "goodRun"],
  ready: ["delay", "interval", "timeout", "failures", "successes", "results", "pidFile"],
  "ready-command": ["argv..."],
  "post-start": ["pidFile", "argv..."],
  timeout: ["seconds"],
  "at-end": ["argv..."],
  "after-end": ["argv..."],
  joins: ["pid", "startTime", "id"],
  mount: ["source", "target", "fstype", "flags", "data", "cwd"],
  mounted: ["path"],
  subpath: ["root", "path", "target"],
  symlink: ["root", "directory", "name", "text", "uid", "gid"],
  prepare: ["argv..."],
  netns: ["path"],
  "netns-of-process": [],
  network: ["argv..."],
  "network-api": ["path"],
  "network-request": ["json"],
  "network-relay": ["argv..."],
  "network-prepare": ["argv..."],
  networks: ["path"],
  "network-holder": ["dir", "argv..."],
  start: ["argv..."],
  delete: ["argv..."],
  "event-log": ["path"],
  event: ["name", "template"],
  trash: ["dir"],
  "remove-name": ["dir"],
  "remove-link": ["path"],
  "remove-id-file": ["path"],
  "remove-dir": ["path"],
  "volume-ref": ["path", "template"],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** What follows the driver's name in a record `log`. */
export const LOG_RECORDS = {
  none: [],
  "k8s-file": ["path", "maxbytes"],
  "json-file": ["path", "maxbytes", "files"],
  journald: ["field..."],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** Events of a container that its monitor appends to the log. */
export const MONITOR_EVENTS = [
  "init",
  "start",
  "attach",
  "died",
  "restart",
  "health_status",
  "cleanup",
  "remove",
] as const;
export type MonitorEvent = (typeof MONITOR_EVENTS)[number];

type Records = typeof PLAN_RECORDS;
type LogRecords = typeof LOG_RECORDS;

/** A tuple with a string for each name. */
type Words<Names> = Names extends readonly [infer First, ...infer Rest]
  ? First extends `${string}...`
    ? readonly string[]
    : readonly [string, ...Words<Rest>]
  : readonly [];

/** One record of the plan: its key, and as many arguments as it takes. */
export type PlanRecord =
  | { [Key in keyof Records]: readonly [Key, ...Words<Records[Key]>] }[keyof Records]
  | {
      [Driver in keyof LogRecords]: readonly ["log", Driver, ...Words<LogRecords[Driver]>];
    }[keyof LogRecords];

export type PlanKey = PlanRecord[0];

/** The record, or records, of one key. */
export type PlanRecordOf<Key extends PlanKey> = Extract<PlanRecord, readonly [Key, ...(readonly string[])]>;

/** Records in which the place of an argument would say too little. */
type NamedKey =
  | "terminal"
  | "notify"
  | "scope"
  | "restart"
  | "health"
  | "health-startup"
  | "health-times"
  | "ready"
  | "mount"
  | "symlink"
  | "event";

type Named<Key extends NamedKey> = Readonly<Record<Records[Key][number], string | number>>;

/** A record made of arguments by their names: their order is that of the table. */
export function namedRecord<Key extends NamedKey>(key: Key, values: Named<Key>): PlanRecordOf<Key> {
  const names: readonly (keyof typeof values)[] = PLAN_RECORDS[key];
  return [key, ...names.map((name) => String(values[name]))] as unknown as PlanRecordOf<Key>;
}

/** The arguments of all records with this key. */
export function argumentsOf<Key extends PlanKey>(records: readonly PlanRecord[], key: Key): string[][] {
  return records.filter(([name]) => name === key).map(([, ...args]) => [...args]);
}

/**
 * The plan as the monitor reads it: its length in bytes, then for each record the key, the number of
 * arguments in decimal, the arguments, each string ended by a NUL. No escaping is needed: an argument of
 * execve(2) or a path can't hold a NUL.
 */
export function encodePlan(records: readonly PlanRecord[]): string {
  const text = records
    .map(([key, ...args]) => `${[key, String(args.length), ...args].join("\0")}\0`)
    .join("");
  return `${Buffer.byteLength(text)}\0${text}`;
}
