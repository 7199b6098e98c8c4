import { NotFoundError } from "../errors.ts";
import { removeContainer } from "./remove.ts";
import type { Engine } from "./state/engine.ts";
import { findContainer } from "./state/find.ts";

/** Remove the container of a name, for one that is to take its place; no-op where there is none. */
export async function removeNamed(engine: Engine, name: string): Promise<void> {
  try {
    const old = findContainer(engine, name);
    if (old.record.name !== name) return; // an ID that begins so is another container
    const timeout = old.record.options.process.stopTimeout;
    await removeContainer(engine, old, {
      force: true,
      volumes: false,
      timeout,
      warn: engine.warn,
    });
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
  }
}
