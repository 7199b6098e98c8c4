import type { LastStop } from "../../../../container/state/last-stop.ts";
import type { ContainerState } from "../../../../container/state/state.ts";
import { signalName } from "../../../../oci/signal.ts";
import type { CreateOptions } from "../../../../options/create-options.ts";
import { humanSize } from "../../../../podman/human-size.ts";

/** What is known of an end. */
export interface End {
  readonly state: ContainerState;
  readonly options: Pick<CreateOptions, "resources" | "process">;
  /** Whether a user asked for the end. */
  readonly stoppedByUser: boolean;
  /** Where a stop has sent SIGKILL in the end. */
  readonly lastStop?: LastStop | undefined;
  /** Whether its program is one that the kernel can start. */
  readonly startable: boolean;
}

const SIGNAL_BASE = 128;
const SIGNAL_LAST = 64;
/** Of what SIGKILL has ended. */
const KILLED = 137;

/** What programs use signals of their own death for: signal(7). */
const SIGNAL_HINTS: Readonly<Record<number, string>> = {
  4: "it ran an instruction that this processor doesn't have",
  6: "it gave up by itself, abort(3)",
  7: "it touched memory that isn't there behind a mapped file",
  8: "it divided by zero",
  11: "it touched memory that isn't its own",
  13: "it wrote to a pipe that nobody reads",
  31: "it made a system call that the seccomp profile forbids",
};

/** Codes that say something by convention: podman-run(1) "Exit Status", bash(1) "EXIT STATUS". */
const CODE_HINTS: Readonly<Record<number, string>> = {
  125: "tspod itself failed",
  126: "a command was found, but can't be executed",
  127: "a command was not found",
};

/** How a container ended, or what else it does, in one sentence without a full stop. */
export function explainExit({ state, options, stoppedByUser, lastStop, startable }: End): string {
  if (state.status === "created") return "it was never started";
  if (state.status !== "exited") return `it is ${state.status}`;
  const code = `exit code ${state.exitCode}`;
  if (state.timedOut) return `${code}: killed after the ${options.process.timeout} s that --timeout gave it`;
  if (state.exitCode === -1)
    return "nobody saw how it ended: its monitor was killed, or the machine went down with it";
  if (state.oomKilled)
    return `${code}: the kernel killed it (or a part of it) for want of memory${limit(options)}`;
  if (lastStop !== undefined && state.exitCode === KILLED) return `${code}: ${explainStop(lastStop)}`;
  if (stoppedByUser) return `${code}: stopped, as somebody asked for`;
  // A runtime that finds out only when the container was created already.
  if (!startable) return `${code}: the runtime could not start its program`;
  return `${code}${hint(state.exitCode, options)}`;
}

function explainStop({ signal, timeout, reaction }: LastStop): string {
  const notice = reaction === "" ? "it did not end" : reaction;
  return `a stop sent ${signal}, ${notice}; SIGKILL followed after ${timeout} s`;
}

function limit({ resources: { memory } }: End["options"]): string {
  return memory === undefined
    ? "; it has no limit of its own, so the host or a unit around it had none left"
    : `: its limit is ${humanSize(memory)}`;
}

function hint(code: number, options: End["options"]): string {
  const said = CODE_HINTS[code];
  if (said !== undefined) return `: ${said}`;
  const number = code - SIGNAL_BASE;
  if (number < 1 || number > SIGNAL_LAST) return code === 0 ? ": it did its work" : ": the program's own";
  const name = signalName(number);
  if (name === options.process.stopSignal) return `: ended by ${name}, which is how it is stopped`;
  const why = SIGNAL_HINTS[number];
  return `: ended by ${name}${why === undefined ? "" : `: ${why}`}`;
}
