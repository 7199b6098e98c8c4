/** Numbers of the monitor's descriptors: native/protocol.h, section 2. */
export const FD = { plan: 3, sync: 4, live: 5, lock: 6, preserved: 7 } as const;

/** Descriptors that a monitor hands on to its process at most. */
export const PRESERVED_MAX = 48;

/** The monitor's second argument, where the process gets its 0, 1 and 2. */
const ARG_PASSTHROUGH = "passthrough";

/** Sent behind the plan, when everything is there that the runtime's `create` reads. */
export const GO = "g";

/** What a monitor gets, by name: `T` is what the spawning function takes for one descriptor. */
export interface MonitorDescriptors<T> {
  readonly stdio: readonly [T, T, T];
  /** The end of a pipe that the monitor reads the plan from. */
  readonly plan: T;
  /** The end of a pipe that the monitor writes its answers to. */
  readonly sync: T;
  /** Has the shared flock(2) that keeps the keeper. */
  readonly live: T;
  /** The container's lock. */
  readonly lock: T;
  /** They become the process's 3, 4, and so on. */
  readonly preserved?: readonly T[];
}

/** The same descriptors by number: the one at index N becomes the monitor's descriptor N. */
export function descriptorsByNumber<T>({ stdio, preserved = [], ...named }: MonitorDescriptors<T>): T[] {
  const fds: T[] = [...stdio];
  for (const name of ["plan", "sync", "live", "lock"] as const) fds[FD[name]] = named[name];
  preserved.forEach((fd, index) => {
    fds[FD.preserved + index] = fd;
  });
  return fds;
}

/** The monitor's arguments behind argv[0]. */
export function monitorArguments(preserved: number, passthrough: boolean): string[] {
  return [String(preserved), ...(passthrough ? [ARG_PASSTHROUGH] : [])];
}
