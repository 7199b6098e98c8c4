import type { Call } from "../../../cli/define-command.ts";
import type { FlagTable } from "../../../cli/flags/flag.ts";
import type { Container } from "../../../container/state/list.ts";
import {
  CommandNotExecutableError,
  CommandNotFoundError,
  InterruptedError,
  messageChain,
  NotFoundError,
  TspodError,
} from "../../../errors.ts";
import { engineOf } from "../../flags/engine-of.ts";

/**
 * Deals with a container that `run` could not start: it stays, as created; with --rm it goes.
 * @param error why
 * @returns the error for the user
 */
export async function undoRun<T extends FlagTable>(
  call: Call<T>,
  container: Container,
  error: unknown,
): Promise<unknown> {
  const engine = engineOf(call);
  if (container.record.options.rm) {
    const { removeContainer } = await import("../../../container/remove.ts");
    await removeContainer(engine, container, { force: true, volumes: true, timeout: 0, warn: engine.warn });
  }
  return startError(error);
}

/**
 * As Podman: what keeps a container that was made from starting is 126, or 127 where something is not there.
 */
function startError(error: unknown): unknown {
  if (!(error instanceof TspodError)) return error;
  if (error instanceof CommandNotFoundError || error instanceof InterruptedError) return error;
  const words = messageChain(error);
  return error instanceof NotFoundError
    ? new CommandNotFoundError(words)
    : new CommandNotExecutableError(words);
}
