import { readFileSync } from "node:fs";
import { writeFileAtomic } from "../../os/files/write-file-atomic.ts";
import { nowSeconds } from "../../os/time.ts";
import { appendEvent } from "../../storage/events.ts";
import { callRuntime } from "../runtime/runtime-call.ts";
import { runtimeError } from "../runtime/runtime-error.ts";
import type { Engine } from "../state/engine.ts";
import type { Container } from "../state/list.ts";
import { asStarted } from "../state/start-facts.ts";
import { containerEvent } from "./event.ts";

/**
 * Let the process of an initialized container begin. The caller holds the container's lock.
 * @throws {CommandNotFoundError|CommandNotExecutableError} What the runtime says of the command.
 */
export function startInitialized(engine: Engine, container: Container): void {
  const { record, paths } = container;
  const { code, words } = callRuntime(engine, container, "start");
  if (code !== 0) throw runtimeError(record.runtime.name, words, code);
  writeFileAtomic(paths.startFile, asStarted(readFileSync(paths.startFile, "utf8"), nowSeconds()));
  appendEvent(engine.store, containerEvent(record, "start"));
}
