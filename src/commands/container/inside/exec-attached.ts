import type { Call } from "../../../cli/define-command.ts";
import type { FlagTable } from "../../../cli/flags/flag.ts";
import { LAST_LINE } from "../../../cli/log.ts";
import { type ExecRequest, startExec } from "../../../container/exec.ts";
import { type AttachOptions, becomeAttachClient } from "../../../container/monitor/attach.ts";
import type { Container } from "../../../container/state/list.ts";
import { engineOf } from "../../flags/engine-of.ts";
import { failedCommand } from "./attach-to.ts";

/**
 * Start one more process in a running container, and become its client. Never returns. The client awaits the
 * start: Node takes 3 ms to go, and goes while the runtime is at work.
 * @throws what startExec() throws, of what is wrong before the runtime is called
 */
export async function execAttached<T extends FlagTable>(
  call: Call<T>,
  container: Container,
  {
    detachKeys,
    signalProxy,
    ...request
  }: Omit<ExecRequest, "detach" | "handOver"> & Pick<AttachOptions, "detachKeys" | "signalProxy">,
): Promise<never> {
  const { tty, stdin } = request;
  await startExec(engineOf(call), container, {
    ...request,
    detach: false,
    handOver({ id, directory, syncFd }) {
      call.log("debug", LAST_LINE);
      call.flush();
      const failed = failedCommand(call, "__exec-failed", container.record.id, id);
      const starting = { syncFd, failedCommand: failed };
      return becomeAttachClient({ directory, tty, stdin, detachKeys, signalProxy, starting }, call.env);
    },
  });
  throw new Error("an exec session was not handed over");
}
