import { TspodError } from "../errors.ts";
import { appendEvent } from "../storage/events.ts";
import { callRuntime } from "./runtime/runtime-call.ts";
import { containerEvent } from "./start/event.ts";
import type { Engine } from "./state/engine.ts";
import { readFacts } from "./state/fact-file.ts";
import { type Container, withState } from "./state/list.ts";

/**
 * Freeze the processes of a running container.
 * @throws {TspodError} If it does not run, is paused, or has no cgroup to do it with.
 */
export function pauseContainer(engine: Engine, container: Container): void {
  const { record, state, paths } = container;
  if (state.status === "paused") throw wrongState(`"${record.id}" is already paused`);
  if (state.status !== "running") throw wrongState(`"${state.status}" is not running, can't pause`);
  if (readFacts(paths.startFile)?.get("cgroup") === undefined) {
    engine.warn("cannot pause the container without a cgroup");
    throw callFailed(container, "pause", 1);
  }
  call(engine, container, "pause");
  appendEvent(engine.store, containerEvent(record, "pause"));
}

/**
 * Let the processes of a paused container go on.
 * @throws {TspodError} If it is not paused.
 */
export function unpauseContainer(engine: Engine, container: Container): void {
  const { record, state } = container;
  if (state.status !== "paused") throw wrongState(`"${record.id}" is not paused, can't unpause`);
  call(engine, container, "resume");
  appendEvent(engine.store, containerEvent(record, "unpause"));
}

function call(engine: Engine, container: Container, verb: "pause" | "resume"): void {
  const { record } = container;
  const { code, words } = callRuntime(engine, container, verb);
  if (code === 0) return;
  if (withState(engine, record).state.pid === 0) throw wrongState(`"${record.id}" has ended meanwhile`);
  if (words !== "") engine.warn(words);
  throw callFailed(container, verb, code);
}

function wrongState(message: string): TspodError {
  return new TspodError(`${message}: container state improper`);
}

/** Podman's words; what the runtime itself said stands in the line before. */
function callFailed({ record: { runtime, id } }: Container, verb: string, code: number): TspodError {
  return new TspodError(`\`${runtime.path} ${verb} ${id}\` failed: exit status ${code}`);
}
