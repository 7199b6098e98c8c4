import { closeSync } from "node:fs";
import { defineCommand } from "../../../cli/define-command.ts";
import { startExec } from "../../../container/exec.ts";
import { preservedFds } from "../../../container/runtime/preserved-fds.ts";
import { findContainer, latestContainer } from "../../../container/state/find.ts";
import type { Container } from "../../../container/state/list.ts";
import { NO_WINDOW } from "../../../container/state/start-options.ts";
import { UsageError } from "../../../errors.ts";
import { attachFlags, detachKeysOf } from "../../flags/attach-flags.ts";
import { readCidFile } from "../../flags/cid-file.ts";
import { engineOf } from "../../flags/engine-of.ts";
import { preservation, preservationFlags } from "../../flags/preservation.ts";
import { selectionFlags } from "../../flags/selection-flags.ts";
import { failingWith125 } from "../lifecycle/failing-with-125.ts";
import { callerWindow } from "./attach-to.ts";
import { environmentFromFlags } from "./environment.ts";
import { execAttached } from "./exec-attached.ts";

export const command = defineCommand({
  name: "exec",
  operands: "CONTAINER COMMAND [ARG...]",
  summary: "Run a process in a running container",
  examples: [
    { line: "tspod exec -it web sh", help: "a shell beside the container's own process" },
    { line: "tspod exec --user 1000 --workdir /srv web ls", help: "as another user, in another directory" },
  ],
  exitCodes: {
    126: "the command cannot be invoked",
    127: "the command cannot be found",
    "0-255": "otherwise the exit code of the command, 128 + n where signal n ended it",
  },
  flags: {
    cidfile: {
      type: "string",
      emptyIsAbsent: true,
      value: "FILE",
      complete: "file",
      help: "Read the container's ID from this file, as run --cidfile writes it; then all operands are the command",
    },
    detach: { type: "boolean", short: "d", help: "Run the process in the background" },
    "detach-keys": attachFlags["detach-keys"],
    env: { type: "list", short: "e", value: "NAME=VALUE", help: "Set an environment variable" },
    "env-file": {
      type: "list",
      value: "FILE",
      complete: "file",
      help: "Read environment variables from a file",
    },
    interactive: { type: "boolean", short: "i", help: "Keep the input open" },
    latest: selectionFlags.latest,
    "no-session": {
      type: "boolean",
      help: "Accepted, as Podman has it; tspod keeps no database of exec sessions",
    },
    ...preservationFlags,
    privileged: { type: "boolean", help: "Give the process all capabilities" },
    tty: { type: "boolean", short: "t", help: "Allocate a terminal" },
    user: { type: "string", short: "u", value: "USER[:GROUP]", help: "Run as this user" },
    wait: {
      type: "int",
      value: "SECONDS",
      hidden: true,
      help: "Wait so long for the container to be there and to run",
    },
    workdir: {
      type: "string",
      emptyIsAbsent: true,
      short: "w",
      value: "DIR",
      help: "Working directory in the container",
    },
  },
  haltAtOperand: true,
  complete: ["running-container", "file"],
  check({ flags, given, operands }) {
    const { latest, cidfile } = flags;
    if (latest && cidfile !== undefined) return "--latest and --cidfile can not be used together";
    if (flags["no-session"] && (flags.detach || given.has("detach-keys")))
      return "--no-session cannot be used with --detach or --detach-keys";
    const named = latest || cidfile !== undefined;
    if (!named && operands.length === 0)
      return "exec requires the name or ID of a container or the --latest or --cidfile flag";
    return undefined;
  },
  async run(call) {
    const { flags } = call;
    const engine = engineOf(call);
    if (flags.wait !== undefined) await waitForRunning(call, engine, flags.wait);
    const { container, command } = target(engine, flags, call.operands);
    if (command.length === 0)
      throw new UsageError(
        "must provide a non-empty command to start an exec session: invalid argument",
        undefined,
        `For a shell: tspod exec -it ${call.operands[0] ?? "--latest"} sh`,
      );
    const detachKeys = detachKeysOf(call);
    const request = {
      command,
      env: environmentFromFlags({ env: flags.env, envFile: flags["env-file"] }, call),
      ...(flags.user === undefined ? {} : { user: flags.user }),
      ...(flags.workdir === undefined ? {} : { workdir: flags.workdir }),
      tty: flags.tty,
      privileged: flags.privileged,
      stdin: flags.interactive,
      preservedFds: preservedFds(preservation(flags), call.launch.liveFd),
      window: flags.tty ? callerWindow() : NO_WINDOW,
    };
    if (!flags.detach)
      return execAttached(call, container, { ...request, detachKeys, signalProxy: !flags.tty });
    // As Podman: a fault of the command must not be taken for the container's exit code.
    const session = await failingWith125(() => startExec(engine, container, { ...request, detach: true }));
    closeSync(session.syncFd);
    call.print(session.id);
    return undefined;
  },
});

type Naming = { readonly latest: boolean; readonly cidfile: string | undefined };

/** What the container is called, other than by --latest. */
function nameOf({ cidfile }: Naming, operands: readonly string[]): string {
  return cidfile === undefined ? (operands[0] ?? "") : readCidFile(cidfile);
}

/** @throws {TspodError} If it doesn't run within so many seconds. */
async function waitForRunning(
  { flags, operands, signal }: { flags: Naming; operands: readonly string[]; signal: AbortSignal },
  engine: ReturnType<typeof engineOf>,
  seconds: number,
): Promise<void> {
  if (flags.latest) return;
  const { awaitRunning } = await import("./await-running.ts");
  await awaitRunning(engine, nameOf(flags, operands), { seconds, signal });
}

/** The container that is meant, and what of the operands is the command. */
function target(
  engine: ReturnType<typeof engineOf>,
  flags: Naming,
  operands: readonly string[],
): { container: Container; command: readonly string[] } {
  if (flags.latest) return { container: latestContainer(engine), command: operands };
  return {
    container: findContainer(engine, nameOf(flags, operands)),
    command: flags.cidfile === undefined ? operands.slice(1) : operands,
  };
}
