/** Where the results of health checks go, and how much of them is kept. */
export interface HealthLogOptions {
  /** `local`, `events_logger`, or the absolute path of a directory. */
  readonly destination: string;
  /** Results; 0: all. */
  readonly maxCount: number;
  /** Bytes of what a check prints; 0: no limit. */
  readonly maxSize: number;
}

/** Where the flags and the record say nothing. @see podman-run(1), --health-log-destination */
export const DEFAULT_HEALTH_LOG: HealthLogOptions = { destination: "local", maxCount: 5, maxSize: 500 };

/** What holds for a container with these options. */
export function healthLogOf({ healthLog }: { readonly healthLog?: HealthLogOptions }): HealthLogOptions {
  return healthLog ?? DEFAULT_HEALTH_LOG;
}

/** The directory that the user wants the results in, too; absent: none. */
export function healthLogDirectory({ destination }: HealthLogOptions): string | undefined {
  return destination.startsWith("/") ? destination : undefined;
}
