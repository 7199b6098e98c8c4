import { TspodError } from "../../errors.ts";
import { type LogLevel, parseLogLevel } from "../log.ts";
import type { GlobalFlags } from "./global-flags.ts";

const STORAGE_DRIVERS = ["overlay", "vfs"];

/** Podman has neither `Error:` before this message nor its usual exit code. */
export class UnprefixedError extends TspodError {
  override readonly exitCode = 1;
  override name = "UnprefixedError";
}

/**
 * Refuse what tspod has not.
 * @param given long names of the flags that stood on the command line
 * @throws {TspodError} If one of them can't be followed
 */
export function checkGlobalFlags(flags: GlobalFlags, given: ReadonlySet<string>): void {
  for (const name of ["url", "connection", "identity", "host", "context"] as const) {
    if (given.has(name)) throw new TspodError(`tspod has no remote mode: --${name} is not supported`);
  }
  if (flags.remote) throw new TspodError("tspod has no remote mode: --remote is not supported");
  const driver = flags["storage-driver"];
  if (driver !== undefined && driver !== "" && !STORAGE_DRIVERS.includes(driver)) {
    throw new TspodError(`storage driver "${driver}" is not supported: tspod has only overlay`);
  }
  checkDatabase(flags["db-backend"] ?? "");
  const pullOption = flags["pull-option"].find((each) => each !== "" && !each.includes("="));
  if (pullOption !== undefined) throw new TspodError(`invalid pull option: ${pullOption}`);
  const workers = flags["max-workers"];
  if (workers !== undefined && workers <= 0)
    throw new TspodError(`maximum workers must be set to a positive number (got ${workers})`);
  if (flags.namespace)
    throw new TspodError(
      "namespaces are not supported by this version of tspod, nor by Podman 5: not yet implemented",
    );
  refuseWithoutEffect(flags, given);
  logLevel(flags, given);
}

/** Podman's words, for scripts that name its default: tspod's store has no database. */
function checkDatabase(backend: string): void {
  if (backend === "boltdb")
    throw new TspodError(
      "the BoltDB backend has been deprecated, no new BoltDB databases can be created: invalid argument",
    );
  if (backend !== "" && backend !== "sqlite")
    throw new TspodError(`unsupported database backend: "${backend}"`);
}

/** What is asked for with these flags tspod can't do: to go on without it would be a broken promise. */
const WITHOUT_EFFECT: Readonly<Record<string, string>> = {
  "cpu-profile": "--trace FILE tells what takes the time",
  "memory-profile": "--trace FILE tells what takes the time",
  "transient-store": "tspod has no transient store: use --root with a directory on a tmpfs",
  volumepath: "volumes are in the store: use --root",
};

/** What can be followed, or says what is so anyway. */
const STORAGE_OPTION =
  /^(?:$|(?:overlay2?\.)?mount_program=|(?:(?:overlay2?|vfs)\.)?(?:additional)?imagestore=)/;

function refuseWithoutEffect(flags: GlobalFlags, given: ReadonlySet<string>): void {
  for (const [name, reason] of Object.entries(WITHOUT_EFFECT))
    if (given.has(name) && isAsked(flags[name as keyof GlobalFlags]))
      throw new TspodError(`--${name} is not supported: ${reason}`);
  const option = flags["storage-opt"].find((each) => !STORAGE_OPTION.test(each));
  if (option !== undefined)
    throw new TspodError(
      `--storage-opt ${option} is not supported: tspod has overlay of the kernel, without quotas`,
    );
}

function isAsked(value: unknown): boolean {
  if (Array.isArray(value)) return value.some(isAsked);
  return value !== false && value !== "" && value !== undefined;
}

/** The level of the messages to show. @throws {TspodError} If there is no such level */
export function logLevel(flags: GlobalFlags, given: ReadonlySet<string>): LogLevel {
  if (flags.debug) {
    if (given.has("log-level")) throw new UnprefixedError("Setting --log-level and --debug is not allowed");
    return "debug";
  }
  const level = parseLogLevel(flags["log-level"]);
  if (level !== undefined) return level;
  throw new UnprefixedError(
    `Log Level "${flags["log-level"]}" is not supported, choose from: trace, debug, info, warn, warning, error, fatal, panic`,
  );
}
