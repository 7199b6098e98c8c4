import { InterruptedError } from "../errors.ts";
import { native } from "./native.ts";
import { checked } from "./system-error.ts";

/** As the caller of tspod has it, for what execve() leaves to the next program, too. */
export function ignoreSignal(number: number): void {
  checked(native.ignoreSignal(number), "signal");
}

/**
 * From now on SIGHUP, SIGINT and SIGTERM are kept, so that what is half done can be undone. A second one ends
 * the process as ever. execve() leaves the first to the program, which begins with all three blocked.
 */
export function holdSignals(): void {
  native.holdSignals();
}

/** Whether one came. @throws {InterruptedError} If so. */
export function throwIfInterrupted(): void {
  const number = native.heldSignal();
  if (number !== 0) throw new InterruptedError(number);
}

/** As before; the one that came takes effect. No-op where none are held. */
export function releaseSignals(): void {
  native.releaseSignals();
}
