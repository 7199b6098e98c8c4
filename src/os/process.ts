import { native } from "./native.ts";
import { checked, checkedBytes, type PathLike } from "./system-error.ts";

/** <sys/resource.h>; the numbers of x86_64 and arm64. */
const RLIMITS = {
  RLIMIT_CPU: 0,
  RLIMIT_FSIZE: 1,
  RLIMIT_DATA: 2,
  RLIMIT_STACK: 3,
  RLIMIT_CORE: 4,
  RLIMIT_RSS: 5,
  RLIMIT_NPROC: 6,
  RLIMIT_NOFILE: 7,
  RLIMIT_MEMLOCK: 8,
  RLIMIT_AS: 9,
  RLIMIT_LOCKS: 10,
  RLIMIT_SIGPENDING: 11,
  RLIMIT_MSGQUEUE: 12,
  RLIMIT_NICE: 13,
  RLIMIT_RTPRIO: 14,
  RLIMIT_RTTIME: 15,
} as const;

export type RlimitName = keyof typeof RLIMITS;

/** Whether there is a limit of that name: `RLIMIT_NOFILE`. */
export function isRlimitName(name: string): name is RlimitName {
  return Object.hasOwn(RLIMITS, name);
}

/**
 * This process's limits; `Infinity` stands for no limit.
 * @throws {SystemError}
 */
export function getrlimit(name: RlimitName): { soft: number; hard: number } {
  const bytes = checkedBytes(native.getrlimit(RLIMITS[name]), "getrlimit");
  const limit = (offset: number) => (bytes.readDoubleLE(offset) < 0 ? Infinity : bytes.readDoubleLE(offset));
  return { soft: limit(0), hard: limit(8) };
}

/** How a child ended: `signal` is 0 where it exited by itself. */
export interface WaitStatus {
  code: number;
  signal: number;
}

/**
 * Waits for a child of spawn(). It blocks, so it is only for a child that is known to end soon.
 * @throws {SystemError} With ECHILD if it is no child of ours.
 */
export function waitpid(pid: number): WaitStatus {
  const status = checked(native.waitpid(pid), "waitpid");
  const signal = status & 0x7f;
  return { code: signal === 0 ? (status >> 8) & 0xff : 128 + signal, signal };
}

/**
 * A descriptor of a process, which can't come to mean another one. The caller closes it.
 * @throws {SystemError} With ESRCH if there is no such process.
 */
export function pidfdOpen(pid: number): number {
  return checked(native.pidfdOpen(pid), "pidfd_open");
}

/**
 * @param signal number; 0 only checks
 * @throws {SystemError} With ESRCH if the process has ended.
 */
export function pidfdSendSignal(pidfd: number, signal: number): void {
  checked(native.pidfdSendSignal(pidfd, signal), "pidfd_send_signal");
}

/**
 * Has the monitor that serves `DIRECTORY/attach` carry out a change, and waits for it.
 * @param byte one of CHANGE_… in native/attach-protocol.h
 * @returns what it answers: nothing where it is done, otherwise why it can't be; undefined where no monitor
 * is there that could, or it says nothing for 30 s
 */
export function tellMonitor(directory: PathLike, byte: string): string | undefined {
  const answer = native.tellMonitor(directory, byte.charCodeAt(0));
  return typeof answer === "string" ? answer : undefined;
}
