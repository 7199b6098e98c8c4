import { existsSync, readFileSync } from "node:fs";
import type { CreateOptions, HealthcheckOptions } from "../../options/create-options.ts";
import { NEWLINE } from "../../os/newline.ts";
import type { ContainerPaths } from "./paths.ts";

/** `stopped`: the container has ended during a check. */
const HEALTH_STATUSES = ["starting", "healthy", "unhealthy", "stopped"] as const;

export type HealthStatus = (typeof HEALTH_STATUSES)[number];

/** One health check that was run. */
export interface HealthResult {
  /** `SECONDS.NANOSECONDS` since the epoch. */
  readonly begun: string;
  readonly ended: string;
  /** 0, 1, or -1 where it took too long. */
  readonly exitCode: number;
  /** The beginning of what it printed. */
  readonly output: string;
}

/** What is known of a container's health since it was last started. */
export interface Health {
  readonly status: HealthStatus;
  /** Failures in a row. */
  readonly failingStreak: number;
  /** The last ones, oldest first. */
  readonly log: readonly HealthResult[];
}

/** The health check of a container; undefined if it has none, or is to have none. */
export function activeHealthcheck({ healthcheck }: CreateOptions): HealthcheckOptions | undefined {
  return healthcheck === undefined || healthcheck.test[0] === "NONE" ? undefined : healthcheck;
}

/** A container's health as its monitor has noted it; undefined where it has no check, or never ran. */
export function readHealth(options: CreateOptions, { health: path }: ContainerPaths): Health | undefined {
  if (activeHealthcheck(options) === undefined || !existsSync(path)) return undefined;
  return parseHealth(readFileSync(path));
}

/** The file of results: native/protocol.h, 4. */
export function parseHealth(file: Buffer): Health {
  let status: HealthStatus = "starting";
  let failingStreak = 0;
  const log: HealthResult[] = [];
  let offset = 0;
  while (offset < file.length) {
    const end = file.indexOf(NEWLINE, offset);
    if (end < 0) break;
    const [key, ...values] = file.toString("latin1", offset, end).split(" ");
    offset = end + 1;
    if (key === "status") status = HEALTH_STATUSES.find((each) => each === values[0]) ?? status;
    else if (key === "streak") failingStreak = Number(values[0]);
    else if (key === "log") {
      const [begun = "", ended = "", exitCode, sizeText] = values;
      const size = Number(sizeText);
      // What is behind a size that is none can't be told from the output.
      if (!Number.isSafeInteger(size) || size < 0) break;
      const output = file.toString("utf8", offset, offset + size);
      log.push({ begun, ended, exitCode: Number(exitCode), output });
      offset += size + 1;
    }
  }
  return { status, failingStreak, log };
}

/** Whether a container is ready; undefined where it has no readiness probe, or never ran. */
export function readReady(
  { readiness }: CreateOptions,
  { ready: path }: ContainerPaths,
): boolean | undefined {
  if (readiness === undefined || !existsSync(path)) return undefined;
  return readFileSync(path, "latin1").startsWith("ready 1");
}
