import type { Call } from "../../../cli/define-command.ts";
import type { FlagTable } from "../../../cli/flags/flag.ts";
import { refreshed } from "../../../container/state/find.ts";
import type { Container } from "../../../container/state/list.ts";
import { isActive } from "../../../container/state/state.ts";
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
 * Removes a container with --rm that `start` could not start; not one that runs all the same, or that
 * another command holds.
 */
export async function removeUnstarted<T extends FlagTable>(
  call: Call<T>,
  container: Container,
  error: unknown,
): Promise<void> {
  const engine = engineOf(call);
  if (error instanceof InterruptedError || isActive(refreshed(engine, container).state)) return;
  const { removeContainer } = await import("../../../container/remove.ts");
  try {
    await removeContainer(engine, container, { force: false, volumes: true, timeout: 0, warn: engine.warn });
  } catch (failure) {
    // The start's own error is what the user has to see.
    if (!(failure instanceof TspodError)) throw failure;
  }
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
