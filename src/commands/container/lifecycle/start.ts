import { type Call, defineCommand } from "../../../cli/define-command.ts";
import type { FlagTable } from "../../../cli/flags/flag.ts";
import { forEachOperand } from "../../../cli/for-each.ts";
import { attachBefore, tellAttached } from "../../../container/monitor/attach.ts";
import { startContainer } from "../../../container/start/start.ts";
import type { Container } from "../../../container/state/list.ts";
import { NO_WINDOW } from "../../../container/state/start-options.ts";
import { attachFlags, detachKeysOf } from "../../flags/attach-flags.ts";
import { engineOf } from "../../flags/engine-of.ts";
import type { SelectedContainer } from "../../flags/select-containers.ts";
import { selectByFlags } from "../../flags/select-filtered.ts";
import { selectionFlags } from "../../flags/selection-flags.ts";
import { type AttachTo, attachOptions, attachToContainer, callerWindow } from "../inside/attach-to.ts";
import { failingWith125 } from "./failing-with-125.ts";

const flags = {
  all: { type: "boolean", help: "Start all containers" },
  attach: { type: "boolean", short: "a", help: "Attach to the container's output" },
  ...attachFlags,
  filter: selectionFlags.filter,
  interactive: { type: "boolean", short: "i", help: "Attach to the container's input" },
  latest: selectionFlags.latest,
} as const satisfies FlagTable;

export const command = defineCommand({
  name: "start",
  operands: "CONTAINER [CONTAINER...]",
  summary: "Start containers",
  examples: [
    { line: "tspod start web", help: "start a container in the background" },
    { line: "tspod start --attach --interactive shell", help: "start a container and be in it" },
  ],
  exitCodes: { "1-255": "with --attach, the exit code of the container" },
  flags,
  complete: "container",
  check(call) {
    const { attach, interactive, all, latest, filter } = call.flags;
    const named = call.operands.length;
    if (!all && !latest && filter.length === 0 && named === 0) return "start requires at least one argument";
    if (call.given.has("sig-proxy") && call.flags["sig-proxy"] && !attach)
      return "you cannot use sig-proxy without --attach: invalid argument";
    if (all && latest) return "--all and --latest cannot be used together";
    if (latest && named > 0) return "--latest and containers cannot be used together";
    if ((attach || interactive) && named > 1)
      return "you cannot start and attach multiple containers at once";
    if (all && named > 0) return "either start all containers or the container(s) provided in the arguments";
    return (attach || interactive) && all ? "you cannot start and attach all containers at once" : undefined;
  },
  async run(call) {
    const engine = engineOf(call);
    const { attach, interactive } = call.flags;
    const selected = await selectByFlags(engine, call);
    const [only] = selected;
    if ((attach || interactive) && only !== undefined) return startAttached(call, only);
    await forEachOperand(selected, {
      warn: call.warn,
      async act({ operand, container }) {
        const { pid, status } = container.state;
        const runs = pid !== 0 && status !== "initialized";
        const start = () => startContainer(engine, container, { window: NO_WINDOW, hold: false });
        await orRemoved(call, container, () =>
          failingWith125(start, `unable to start container "${container.record.id}"`),
        );
        // As Podman: --all is about those that don't run.
        if (!runs || !call.flags.all) call.print(operand);
      },
    });
    return undefined;
  },
});

/** As Podman: with --rm a container goes that can't be started. */
async function orRemoved<T>(
  call: Call<typeof flags>,
  container: Container,
  start: () => Promise<T>,
): Promise<T> {
  try {
    return await start();
  } catch (error) {
    if (container.record.options.rm) {
      const { removeUnstarted } = await import("./undo-run.ts");
      await removeUnstarted(call, container, error);
    }
    throw error;
  }
}

async function startAttached(
  call: Call<typeof flags>,
  { container }: SelectedContainer,
): Promise<number | undefined> {
  const { process, log } = container.record.options;
  const to: AttachTo = {
    stdin: call.flags.interactive && process.openStdin && log.driver !== "passthrough",
    stdout: call.flags.attach,
    stderr: call.flags.attach,
    detachKeys: detachKeysOf(call),
    signalProxy: call.flags["sig-proxy"],
  };
  const begun = () => startContainer(engineOf(call), container, { window: callerWindow(), hold: true });
  const start = () =>
    orRemoved(call, container, () =>
      failingWith125(begun, `unable to start container ${container.record.id}`),
    );
  if (container.state.status === "initialized") {
    // The monitor of an initialized container reads the output already, and waits for no client.
    const begin = async (): Promise<void> => {
      await start();
      tellAttached(call.store(), container.record);
    };
    return attachBefore(begin, attachOptions(container, to), call.env);
  }
  const started = await start();
  if (started === undefined) tellAttached(call.store(), container.record);
  return attachToContainer(call, container, {
    ...to,
    ...(started === undefined ? {} : { syncFd: started.syncFd }),
  });
}
