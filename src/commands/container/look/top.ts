import { type Call, defineCommand } from "../../../cli/define-command.ts";
import type { FlagTable } from "../../../cli/flags/flag.ts";
import { shownText } from "../../../cli/output/shown.ts";
import { renderTable } from "../../../cli/output/table.ts";
import { readTop } from "../../../container/report/top.ts";
import { findContainer, latestContainer } from "../../../container/state/find.ts";
import type { Container } from "../../../container/state/list.ts";
import { NO_WINDOW } from "../../../container/state/start-options.ts";
import { NotFoundError, TspodError } from "../../../errors.ts";
import { descriptors, parseDescriptors } from "../../../podman/top-descriptors.ts";
import { engineOf } from "../../flags/engine-of.ts";
import { selectionFlags } from "../../flags/selection-flags.ts";
import { execAttached } from "../inside/exec-attached.ts";

const flags = {
  latest: selectionFlags.latest,
  "list-descriptors": { type: "boolean", hidden: true, help: "Print the names of all format descriptors" },
} as const satisfies FlagTable;

export const command = defineCommand({
  name: "top",
  operands: "CONTAINER [FORMAT-DESCRIPTORS|ARGS...]",
  summary: "Show the processes of a container",
  description: `Format descriptors are those of ps(1)'s AIX form and some for containers: ${Object.keys(descriptors).join(", ")}.\n\nOther arguments are those of the container's own ps, which is run then.`,
  examples: [
    { line: "tspod top web", help: "its processes" },
    { line: "tspod top web pid,hpid,huser,args", help: "with the pids and users on the host" },
    { line: "tspod top web -eo user,pid,comm", help: "have the ps in the container do it" },
  ],
  flags,
  haltAtOperand: true,
  complete: ["running-container", "none"],
  check({ flags, operands }) {
    return !flags.latest && !flags["list-descriptors"] && operands.length === 0
      ? "you must provide the name or id of a running container"
      : undefined;
  },
  run(call) {
    const { latest } = call.flags;
    if (call.flags["list-descriptors"]) {
      for (const name of Object.keys(descriptors).sort()) call.print(name);
      return undefined;
    }
    const container = latest ? latestContainer(engineOf(call)) : find(call, call.operands[0] ?? "");
    const words = call.operands.slice(latest ? 0 : 1);
    const columns = parseDescriptors(words);
    if (columns === undefined) return runPs(call, container, words);
    const facts = readTop(engineOf(call), container);
    const shown = shownText();
    call.write(
      renderTable([
        columns.map(({ heading }) => heading),
        ...facts.processes.map((process) => columns.map(({ cell }) => shown(cell(process, facts)))),
      ]),
    );
    return undefined;
  },
});

function find(call: Call<typeof flags>, name: string): Container {
  try {
    return findContainer(engineOf(call), name);
  } catch (error) {
    if (!(error instanceof TspodError)) throw error;
    const Failure = error instanceof NotFoundError ? NotFoundError : TspodError;
    throw new Failure("unable to look up requested container", { cause: error });
  }
}

/** Become the client of `ps` in the container. Never returns. */
async function runPs(
  call: Call<typeof flags>,
  container: Container,
  args: readonly string[],
): Promise<never> {
  if (container.state.status !== "running")
    throw new TspodError("top can only be used on running containers");
  return execAttached(call, container, {
    command: ["ps", ...args],
    env: [],
    tty: false,
    privileged: false,
    stdin: false,
    preservedFds: [],
    window: NO_WINDOW,
    detachKeys: new Uint8Array(),
    signalProxy: true,
  });
}
