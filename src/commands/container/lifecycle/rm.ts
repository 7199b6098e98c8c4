import { defineCommand } from "../../../cli/define-command.ts";
import { removalExitCode } from "../../../cli/removal-exit-code.ts";
import { isPodThere, removeContainer } from "../../../container/remove.ts";
import { dependentsOf } from "../../../container/start/dependencies.ts";
import { clearLeftovers } from "../../../container/start/leftover.ts";
import type { Engine } from "../../../container/state/engine.ts";
import { findContainer, lookupContainer } from "../../../container/state/find.ts";
import { DamagedError, errorLine, NotFoundError, TspodError } from "../../../errors.ts";
import { withoutSlash } from "../../../options/names.ts";
import { engineOf } from "../../flags/engine-of.ts";
import type { SelectedContainer } from "../../flags/select-containers.ts";
import { type SelectingCall, selectByFlags } from "../../flags/select-filtered.ts";
import { namesOrSelection, selectionFlags } from "../../flags/selection-flags.ts";
import { stopTimeFlag, stopTimeout } from "../../flags/stop-time.ts";

export const command = defineCommand({
  name: "rm",
  operands: "CONTAINER [CONTAINER...]",
  summary: "Remove containers",
  description:
    "Removes containers that do not run. Where one of the names is not known, none is removed. With --force running ones are stopped first, and names that nothing goes by are no error.",
  examples: [
    { line: "tspod rm web", help: "remove a stopped container" },
    { line: "tspod rm --force --all", help: "remove all containers, running or not" },
  ],
  exitCodes: {
    1: "one of the containers did not exist, and nothing else failed",
    2: "one of the containers is running",
  },
  flags: {
    all: { ...selectionFlags.all, help: "Remove all containers" },
    cidfile: selectionFlags.cidfile,
    depend: { type: "boolean", help: "Remove those that depend on it too" },
    filter: selectionFlags.filterWithoutLetter,
    force: { type: "boolean", short: "f", help: "Stop a running container first" },
    ignore: selectionFlags.ignore,
    latest: selectionFlags.latest,
    storage: {
      type: "boolean",
      hidden: true,
      help: "Accepted: no other program keeps containers in tspod's store",
    },
    time: stopTimeFlag,
    volumes: { type: "boolean", short: "v", help: "Remove anonymous volumes of the container" },
  },
  complete: "container",
  check: (call) =>
    namesOrSelection(call) ??
    (call.given.has("time") && !call.flags.force
      ? "--force option must be specified to use the --time option"
      : undefined),
  async run(call) {
    const engine = engineOf(call);
    clearLeftovers(engine, call.env.PATH);
    const { flags } = call;
    let code = 0;
    const fail = (error: unknown): void => {
      if (!(error instanceof TspodError)) throw error;
      call.warn(errorLine(error));
      code = Math.max(code, removalExitCode(error));
    };
    const selected: SelectedContainer[] = [];
    const damaged: string[] = [];
    for (const selection of oneByOne(call)) {
      try {
        selected.push(...(await selectByFlags(engine, selection)));
      } catch (error) {
        const [operand] = selection.operands;
        if (error instanceof DamagedError && operand !== undefined) {
          if (flags.force) damaged.push(operand);
          else fail(error);
        } else {
          fail(error instanceof NotFoundError && operand !== undefined ? unknownTo(operand) : error);
          return code;
        }
      }
    }
    for (const operand of damaged) {
      const { removeDamagedContainer } = await import("../../../container/remove-damaged.ts");
      await removeDamagedContainer(engine, lookupContainer(engine.store, operand));
      call.print(operand);
    }
    const pods = wholePods(engine, selected, flags);
    if (pods.length > 0) {
      const { removePods } = await import("./remove-pods.ts");
      for (const id of await removePods(call, pods, fail)) call.print(id);
    }
    const others = selected.filter(({ container }) => !pods.includes(container.record.options.pod?.id ?? ""));
    for (const { operand, container } of inRemovalOrder(engine, others, flags)) {
      try {
        await removeContainer(engine, container, {
          force: flags.force,
          volumes: flags.volumes,
          timeout: stopTimeout(flags.time, container),
          warn: call.warn,
        });
        call.print(operand);
      } catch (error) {
        fail(error);
      }
    }
    return code;
  },
});

/**
 * IDs of the pods that go as a whole: with `--force --all` all of them, with --depend those whose infra
 * container is selected.
 */
function wholePods(
  engine: Engine,
  selected: readonly SelectedContainer[],
  { all, force, depend }: { readonly all: boolean; readonly force: boolean; readonly depend: boolean },
): string[] {
  if (!depend && !(all && force)) return [];
  return selected.flatMap(({ container }) => {
    const { pod } = container.record.options;
    return pod?.infra && isPodThere(engine, pod.id) ? [pod.id] : [];
  });
}

/** Each operand and file is a selection of its own, so that a damaged one doesn't keep the others. */
function oneByOne({
  operands,
  flags,
}: SelectingCall & { readonly flags: { readonly force: boolean } }): SelectingCall[] {
  const { cidfile = [], ...others } = flags;
  const ignore = flags.ignore === true || flags.force;
  if (operands.length + cidfile.length === 0) return [{ operands: [], flags: others }];
  return [
    ...operands.map((operand) => ({ operands: [operand], flags: { ...others, ignore } })),
    ...cidfile.map((path) => ({ operands: [], flags: { ...others, cidfile: [path] } })),
  ];
}

/** Podman's words here are others than those of its other commands. */
function unknownTo(operand: string): NotFoundError {
  return new NotFoundError(
    `no container with ID or name "${withoutSlash(operand)}" found: no such container`,
  );
}

/** Those that others depend on come last; with --depend, these others come along. */
function inRemovalOrder(
  engine: Engine,
  selected: readonly SelectedContainer[],
  { all, depend }: { readonly all: boolean; readonly depend: boolean },
): readonly SelectedContainer[] {
  if (!all && !depend) return selected;
  const order = new Map<string, SelectedContainer>();
  const add = (each: SelectedContainer): void => {
    for (const id of dependentsOf(engine.store, each.container.record.id))
      add({ operand: id, container: findContainer(engine, id) });
    order.set(each.container.record.id, order.get(each.container.record.id) ?? each);
  };
  for (const each of selected) add(each);
  return [...order.values()];
}
