import { existsSync } from "node:fs";
import { defineCommand } from "../../../cli/define-command.ts";
import { endedRunCode } from "../../../container/state/ended-run.ts";
import { readHealth } from "../../../container/state/health.ts";
import type { Container } from "../../../container/state/list.ts";
import type { ContainerState } from "../../../container/state/state.ts";
import { type WaitOptions, waitForState } from "../../../container/state/wait.ts";
import { TspodError } from "../../../errors.ts";
import { parseDuration } from "../../../options/duration.ts";
import { engineOf } from "../../flags/engine-of.ts";
import { type SelectedContainer, selectContainers } from "../../flags/select-containers.ts";
import { missingName, namesOrSelection, selectionFlags } from "../../flags/selection-flags.ts";

type Condition = (state: ContainerState, container: Container) => boolean;

/** Of these the exit code is printed; the others have -1. */
const ENDS: ReadonlySet<string> = new Set(["stopped", "exited"]);

/**
 * What each condition of podman-wait(1) means. Podman's `created` is what ps calls Created, and `configured`
 * another word for it.
 */
const CONDITIONS: Readonly<Record<string, Condition>> = {
  configured: ({ status }) => status === "created",
  created: ({ status }) => status === "created",
  initialized: ({ status }) => status === "initialized",
  running: ({ status }) => status === "running",
  paused: ({ status }) => status === "paused",
  stopping: ({ status }) => status === "stopping",
  removing: (_, container) => isGone(container),
  unknown: () => false, // no container of tspod's is ever in that state
  healthy: (_, container) => healthOf(container) === "healthy",
  unhealthy: (_, container) => healthOf(container) === "unhealthy",
};

function isGone({ paths }: Container): boolean {
  return !existsSync(paths.directory);
}

function healthOf({ record, paths }: Container): string | undefined {
  return readHealth(record.options, paths)?.status;
}

export const command = defineCommand({
  name: "wait",
  operands: "CONTAINER [CONTAINER...]",
  summary: "Wait for containers to stop, and print their exit codes",
  examples: [{ line: "tspod wait web", help: "print the exit code when the container has ended" }],
  flags: {
    condition: {
      type: "list",
      split: true,
      value: "CONDITION",
      choices: [...Object.keys(CONDITIONS), ...ENDS],
      refusal: (condition) => `unknown container state: ${condition}: invalid argument`,
      help: "Condition to wait for, or several: the first one that holds ends the wait",
    },
    "exit-first-match": {
      type: "boolean",
      help: "End with the first container that meets a condition, and print its exit code alone",
    },
    ignore: { type: "boolean", help: "Ignore containers that are not there" },
    interval: {
      type: "string",
      short: "i",
      value: "DURATION",
      default: "250ms",
      help: "Time between two looks: milliseconds, or a duration such as 1s",
    },
    latest: selectionFlags.latest,
  },
  complete: "container",
  check: (call) =>
    call.operands.length === 0 && !call.flags.latest ? missingName(call.words) : namesOrSelection(call),
  async run(call) {
    const conditions = call.flags.condition.length > 0 ? call.flags.condition : ["stopped"];
    const intervalMs = parseInterval(call.flags.interval);
    const selected = selectContainers(engineOf(call), {
      operands: call.operands,
      latest: call.flags.latest,
      ignore: call.flags.ignore,
    });
    const pause = call.given.has("interval") ? { intervalMs } : {};
    if (call.flags["exit-first-match"]) {
      if (selected.length > 0)
        call.print(await firstMatch(selected, conditions, { signal: call.signal, ...pause }));
      return;
    }
    // As Podman: what is ignored has a line, too.
    const ignored = call.flags.latest ? 0 : call.operands.length - selected.length;
    for (let i = 0; i < ignored; i++) call.print("-1");
    for (const { container } of selected) {
      call.print(await exitCodeAt(container, conditions, { signal: call.signal, ...pause }));
      call.flush();
    }
  },
});

/** Waits for one container; what wait prints of it. */
async function exitCodeAt(
  container: Container,
  conditions: readonly string[],
  options: WaitOptions,
): Promise<string> {
  const waitsForEnd = conditions.some((name) => ENDS.has(name));
  let code: number | undefined;
  const wanted = (now: ContainerState): boolean => {
    code = waitsForEnd ? endedRunCode(container.state, now, container.paths) : undefined;
    return code !== undefined || conditions.some((name) => CONDITIONS[name]?.(now, container));
  };
  await waitForState(container.paths, wanted, options);
  return String(code ?? -1);
}

/** Waits for all of them together, until one is as wanted: the others are not waited for any more. */
async function firstMatch(
  selected: readonly SelectedContainer[],
  conditions: readonly string[],
  options: WaitOptions & { readonly signal: AbortSignal },
): Promise<string> {
  const found = new AbortController();
  const signal = AbortSignal.any([options.signal, found.signal]);
  const waits = selected.map(({ container }) => exitCodeAt(container, conditions, { ...options, signal }));
  const first = await Promise.race(waits);
  found.abort();
  await Promise.allSettled(waits);
  return first;
}

/** Milliseconds, as a bare number or a Go duration. */
function parseInterval(text: string): number {
  const milliseconds = /^\d+$/.test(text) ? Number(text) : parseDuration(text) / 1e6;
  if (milliseconds <= 0) throw new TspodError(`invalid interval "${text}": must be greater than zero`);
  return milliseconds;
}
