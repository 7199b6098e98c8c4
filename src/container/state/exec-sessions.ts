import { readdirSync } from "node:fs";
import type { Container } from "./list.ts";
import { isActive } from "./state.ts";

/** IDs of the exec sessions that run in a container: one that has ended is cleared away by its monitor. */
export function execSessions({ paths, state }: Pick<Container, "paths" | "state">): string[] {
  if (!isActive(state)) return [];
  try {
    return readdirSync(paths.exec);
  } catch {
    return []; // no session yet
  }
}
