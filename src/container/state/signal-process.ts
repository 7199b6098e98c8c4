import { closeSync } from "node:fs";
import { TspodError } from "../../errors.ts";
import { pidfdOpen, pidfdSendSignal } from "../../os/process.ts";
import { isAlive, readStartTime } from "../../os/process-identity.ts";
import { hasCode } from "../../os/system-error.ts";

/**
 * Send a signal to a process that was seen alive, and to no other that has come to its pid meanwhile.
 * Says whether there was one to send it to.
 */
export function signalProcess(pid: number, signal: number): boolean {
  const startTime = readStartTime(pid);
  if (startTime === undefined) return false;
  let pidfd: number;
  try {
    pidfd = pidfdOpen(pid);
  } catch (error) {
    if (hasCode(error, "ESRCH")) return false;
    throw error;
  }
  try {
    // The descriptor names one process for good; only now is it certain which.
    if (!isAlive({ pid, startTime })) return false;
    pidfdSendSignal(pidfd, signal);
    return true;
  } catch (error) {
    if (hasCode(error, "ESRCH")) return false;
    if (!hasCode(error, "EPERM")) throw error;
    throw new TspodError(
      `signalling process ${pid}: it is in another user namespace of yours: use the XDG_RUNTIME_DIR that its container was started with`,
    );
  } finally {
    closeSync(pidfd);
  }
}
