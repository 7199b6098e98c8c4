import { messageChain, TspodError } from "../../../errors.ts";

/**
 * What podman makes of a start that fails outside of `run`: 125, whatever the runtime says of the command.
 * @param before what its message begins with
 */
export async function failingWith125<T>(start: () => Promise<T>, before?: string): Promise<T> {
  try {
    return await start();
  } catch (cause) {
    if (!(cause instanceof TspodError)) throw cause;
    throw before === undefined ? new TspodError(messageChain(cause)) : new TspodError(before, { cause });
  }
}
