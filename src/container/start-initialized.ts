import { readFileSync } from "node:fs";
import { nowSeconds } from "../os/time.ts";
import { writeFileAtomic } from "../os/write-file-atomic.ts";
import { appendEvent } from "../storage/events.ts";
import type { EngineSurroundings } from "./engine.ts";
import { containerEvent } from "./event.ts";
import type { Container } from "./list.ts";
import { callRuntime } from "./runtime-call.ts";
import { runtimeError } from "./runtime-error.ts";
import { asStarted } from "./start-facts.ts";

/**
 * Let the process of an initialized container begin. The caller holds the container's lock.
 * @throws {CommandNotFoundError|CommandNotExecutableError} What the runtime says of the command.
 */
export function startInitialized(engine: EngineSurroundings, container: Container): void {
  const { record, paths } = container;
  const { code, words } = callRuntime(engine, container, "start");
  if (code !== 0) throw runtimeError(record.runtime.name, words);
  writeFileAtomic(paths.startFile, asStarted(readFileSync(paths.startFile, "utf8"), nowSeconds()));
  appendEvent(engine.store, containerEvent(record, "start"));
}
