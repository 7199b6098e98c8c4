import type { ProbeAction } from "./probe.ts";

/** A check that runs in place of the ordinary one until it has passed. */
export interface StartupCheckOptions {
  /** As in HealthcheckOptions. */
  readonly test: readonly string[];
  /** As in HealthcheckOptions. */
  readonly probe?: ProbeAction;
  readonly delay?: number;
  /** Nanoseconds; interval 0: no timer. */
  readonly interval: number;
  readonly timeout: number;
  /** Failures in a row after which the container is restarted; 0: no limit. */
  readonly retries: number;
  /** Successes in a row that are needed; 0: one. */
  readonly successes: number;
}

/** What is run again and again to see whether a container does its work. */
export interface HealthcheckOptions {
  /** `["CMD-SHELL", …]`, `["CMD", …]`, `["NONE"]`, or of a probe from outside `["PROBE", text]`. */
  readonly test: readonly string[];
  /** What `test` stands for where it is a PROBE. */
  readonly probe?: ProbeAction;
  /** Nanoseconds from the start (or the end of the startup check) to the first check; absent: 0. */
  readonly delay?: number;
  /** Nanoseconds; interval 0: no timer. */
  readonly interval: number;
  readonly timeout: number;
  readonly startPeriod: number;
  readonly retries: number;
  readonly onFailure: "none" | "kill" | "restart" | "stop";
  /** Runs in place of it until it has succeeded. */
  readonly startup?: StartupCheckOptions;
}
