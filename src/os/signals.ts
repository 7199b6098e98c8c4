import { InterruptedError } from "../errors.ts";
import { native } from "./native.ts";
import { checked } from "./system-error.ts";

/** Ignores a signal as the caller of tspod does; execve(2) passes that on to the next program. */
export function ignoreSignal(number: number): void {
  checked(native.ignoreSignal(number), "signal");
}

/**
 * Holds SIGHUP, SIGINT and SIGTERM from now on, so that work which is half done can be undone. A second
 * signal ends the process as usual. execve() leaves the first to the next program, which begins with all
 * three blocked.
 */
export function holdSignals(): void {
  native.holdSignals();
}

/**
 * Does nothing if no signal is held.
 * @throws {InterruptedError} If one has come.
 */
export function throwIfInterrupted(): void {
  const number = native.heldSignal();
  if (number !== 0) throw new InterruptedError(number);
}

/** Restores the actions of before; the signal that came takes effect. Does nothing where none are held. */
export function releaseSignals(): void {
  native.releaseSignals();
}
