import { type Call, defineCommand } from "../../../cli/define-command.ts";
import type { FlagTable } from "../../../cli/flags/flag.ts";
import { runAttachClient } from "../../../container/monitor/attach.ts";
import { preservedFds } from "../../../container/runtime/preserved-fds.ts";
import { startContainer } from "../../../container/start/start.ts";
import type { Container } from "../../../container/state/list.ts";
import type { PendingStart, StartOptions } from "../../../container/state/start-options.ts";
import { NO_WINDOW } from "../../../container/state/start-options.ts";
import { holdSignals } from "../../../os/signals.ts";
import { attachFlags, detachKeysOf } from "../../flags/attach-flags.ts";
import { commonCreateFlags, createFlags } from "../../flags/create/create-flags.ts";
import { engineOf } from "../../flags/engine-of.ts";
import { preservation, preservationFlags } from "../../flags/preservation.ts";
import {
  type AttachTo,
  attachOptions,
  attachToContainer,
  callerWindow,
  failedCommand,
} from "../inside/attach-to.ts";
import { createFromFlags } from "./create-from-flags.ts";
import { undoRun } from "./undo-run.ts";

const flags = {
  ...createFlags,
  ...attachFlags,
  ...preservationFlags,
  "dry-run": {
    type: "string",
    value: "FORMAT",
    optionalValue: "text",
    choices: ["text", "json", "sh"],
    help: "Change nothing; say what would be done, and where each setting comes from, as text, json, or a script for sh",
  },
  rmi: { type: "boolean", help: "Remove the image too, unless others use it; implies --rm" },
  detach: { type: "boolean", short: "d", help: "Run the container in the background and print its ID" },
} as const satisfies FlagTable;

export const command = defineCommand({
  name: "run",
  operands: "IMAGE [COMMAND [ARG...]]",
  summary: "Run a command in a new container",
  description:
    "Finds the image, or pulls it where it is not here, makes a container of it and starts it. Without --detach the container has this terminal, and tspod ends with its exit code.",
  examples: [
    { line: "tspod run -it --rm alpine sh", help: "a shell in a new container that is gone afterwards" },
    {
      line: "tspod run -d --name web -p 8080:80 httpd",
      help: "a server in the background, reached on port 8080",
    },
    { line: "tspod run --rm -v .:/src -w /src gcc make", help: "a tool that works on the current directory" },
  ],
  exitCodes: {
    125: "tspod itself failed",
    126: "the command cannot be invoked",
    127: "the command cannot be found",
    "0-255": "otherwise the exit code of the container, 128 + n where signal n ended it",
  },
  flags,
  common: ["detach", ...commonCreateFlags],
  haltAtOperand: true,
  minOperands: 1,
  complete: ["image", "image-path"],
  check({ flags, given }) {
    if (!flags.rmi) return undefined;
    if (given.has("rm") && !flags.rm) return "the --rmi option does not work without --rm";
    return flags.rootfs
      ? "autoremoving image is not possible when a rootfs is in use: invalid argument"
      : undefined;
  },
  async run(call) {
    const format = call.flags["dry-run"];
    if (format !== undefined) {
      const { dryRun } = await import("./dry-run/dry-run.ts");
      await dryRun(call, format);
      return undefined;
    }
    const detachKeys = detachKeysOf(call);
    if (call.flags.tty && call.flags.interactive && !call.flags.detach && !call.terminal.stdin)
      warnOfNoTerminal(call);
    const preserved = preservedFds(preservation(call.flags), call.launch.liveFd);
    const implied = { rm: call.flags.rm || call.flags.rmi };
    const container = await createFromFlags(call, implied, {
      beforeMade: holdSignals,
      removesImage: call.flags.rmi,
    });
    const start = { preservedFds: preserved };
    return call.flags.detach
      ? await runDetached(call, container, start)
      : await runAttached(call, container, { ...start, detachKeys });
  },
});

type RunCall = Call<typeof flags>;

async function runDetached(
  call: RunCall,
  container: Container,
  { preservedFds }: { preservedFds: readonly number[] },
): Promise<undefined> {
  await startOrUndo(call, container, { window: NO_WINDOW, hold: false, preservedFds });
  printId(call, container);
}

async function runAttached(
  call: RunCall,
  container: Container,
  { preservedFds, detachKeys }: { preservedFds: readonly number[]; detachKeys: Uint8Array },
): Promise<number | undefined> {
  const to = attachment(call, container, detachKeys);
  const isHeard = to.stdout || to.stderr;
  const removesImage = call.flags.rmi === true;
  const started = await startOrUndo(call, container, {
    window: callerWindow(),
    hold: true,
    preservedFds,
    ...(isHeard && !removesImage && { handOver: handOverTo(call, container, to) }),
  });
  if (started === undefined) return printId(call, container);
  const { syncFd } = started;
  // Where the container's output goes nowhere, the ID is printed, as with Podman.
  if (!isHeard) call.print(container.record.id);
  if (!removesImage) return attachToContainer(call, container, { ...to, syncFd });
  call.flush();
  const code = await runAttachClient(attachOptions(container, to), { env: call.env, syncFd });
  const { removeImageOfRun } = await import("./remove-image-of.ts");
  await removeImageOfRun(call, container);
  return code;
}

function printId(call: RunCall, { record }: Container): undefined {
  if (record.options.log.driver !== "passthrough") call.print(record.id); // its stdout is the container's
}

/** Whether this very process is the main process of a unit (systemd.exec(5), $SYSTEMD_EXEC_PID). */
function isMainProcess(env: RunCall["env"]): boolean {
  return env.SYSTEMD_EXEC_PID === String(process.pid);
}

/** Which of the container's streams this terminal has. */
function attachment(call: RunCall, { record }: Container, detachKeys: Uint8Array) {
  const { options } = record;
  const streams = call.flags.attach.map((name) => name.toLowerCase());
  const wants = (name: string): boolean => streams.length === 0 || streams.includes(name);
  return {
    stdin: options.process.openStdin && wants("stdin") && options.log.driver !== "passthrough",
    stdout: wants("stdout"),
    stderr: wants("stderr"),
    detachKeys,
    signalProxy: call.flags["sig-proxy"],
    stopsOnBrokenOutput: options.rm,
    // systemd waits for its unit's main process, and the container is in a scope of its own.
    ...(isMainProcess(call.env) && { stopSeconds: Math.max(1, options.process.stopTimeout) }),
  } satisfies AttachTo;
}

/** The client awaits the rest of the start: Node takes 3 ms to go, and goes while the runtime is at work. */
function handOverTo(call: RunCall, container: Container, to: AttachTo): (start: PendingStart) => never {
  const { id } = container.record;
  return (start) =>
    attachToContainer(call, container, {
      ...to,
      starting: { ...start, failedCommand: failedCommand(call, "__start-failed", id, start.run) },
    });
}

/** A container that could not be started stays, as created; with --rm it goes. */
async function startOrUndo(
  call: RunCall,
  container: Container,
  options: StartOptions,
): ReturnType<typeof startContainer> {
  try {
    return await startContainer(engineOf(call), container, options);
  } catch (error) {
    throw await undoRun(call, container, error);
  }
}

/** In Podman's words. The container gets its terminal all the same; only the caller's input is none. */
function warnOfNoTerminal(call: RunCall): void {
  call.warn(
    "WARN[0000] The input device is not a TTY. The --tty and --interactive flags might not work properly",
  );
}
