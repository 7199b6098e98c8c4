import { flushCompileCache } from "node:module";

/**
 * Keep what V8 has compiled, for the next call. Node does that at its exit, which a process that becomes another program
 * doesn't have. Takes a millisecond or two: best where there is something to wait for anyway.
 */
export function keepCompiledCode(): void {
  flushCompileCache();
}
