import { removeAllContainers } from "../container/remove-all.ts";
import { clearLeftovers } from "../container/start/leftover.ts";
import type { Engine } from "../container/state/engine.ts";
import { emptyStore } from "./check/empty-store.ts";

/**
 * Remove all containers, then all else in the store.
 * @returns why containers could not be removed, a line each: then all else is still there
 */
export async function resetSystem(engine: Engine): Promise<string[]> {
  clearLeftovers(engine, engine.env.PATH);
  const errors = await removeAllContainers(engine, { warn: engine.warn });
  if (errors.length === 0) await emptyStore(engine.store);
  return errors;
}
