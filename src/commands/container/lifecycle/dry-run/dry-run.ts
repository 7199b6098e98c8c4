import { existsSync } from "node:fs";
import { join } from "node:path";
import { toJson } from "../../../../cli/output/json.ts";
import { forgetName, makeChangesVanish } from "../../../../container/create/vanishing.ts";
import { readBundleSpec } from "../../../../container/runtime/bundle-spec.ts";
import { planRun } from "../../../../container/start/plan-run.ts";
import { readRunNetworks } from "../../../../container/state/run-networks.ts";
import { NotFoundError, TspodError } from "../../../../errors.ts";
import { resolveImage } from "../../../../image/images.ts";
import { resolveAny } from "../../../../image/lists.ts";
import { hasOwnUserNamespace } from "../../../../spec/generate/id-maps.ts";
import { engineOf } from "../../../flags/engine-of.ts";
import { callerWindow } from "../../inside/attach-to.ts";
import { type CreateCall, createFromFlags } from "../create-from-flags.ts";
import { type PlannedContainer, planScript } from "./script.ts";
import { explainSettings } from "./settings.ts";
import { planText } from "./text.ts";

/**
 * Say what `run` would do. All of it is done but the start: in an overlay of the store that is gone when this
 * call ends.
 * @param format text, json or sh
 * @throws {NotFoundError} If the image is not here: nothing is pulled.
 */
export async function dryRun(call: CreateCall, format: string): Promise<void> {
  const { rootfs } = call.flags;
  if (!existsSync(join(call.root, "store.json"))) throw notHere(call);
  if (!rootfs && resolveAny(call.store(), call.operands[0] ?? "") === undefined) throw notHere(call);
  makeChangesVanish(call.store());
  const planned = await planContainer(call);
  const image = rootfs ? undefined : imageOf(call);
  const settings = explainSettings(call, image);
  if (format === "sh" && planned.networks.length > 0 && hasOwnUserNamespace(planned.record.options))
    throw new TspodError(
      "a script can't put a container with a user namespace of its own into networks with names: use --dry-run, or another --network or --userns",
    );
  if (format === "sh") call.write(planScript(planned, call.argv));
  else if (format === "json") call.print(toJson({ ...planned, settings }, 2));
  else for (const line of planText(planned, settings)) call.print(line);
}

/** In place of the run's own random name. */
const DRY_RUN = "0".repeat(16);

async function planContainer(call: CreateCall): Promise<PlannedContainer> {
  const engine = engineOf(call);
  const { name, replace } = call.flags;
  if (replace && name) forgetName(engine.store, name);
  const container = await createFromFlags(call, { pull: "never", replace: false, cidfile: undefined });
  const run = await planRun(engine, container, {
    run: DRY_RUN,
    window: callerWindow(),
    hold: !call.given.has("detach"),
  });
  await run.writeBundle();
  const { record, paths } = container;
  const spec = readBundleSpec(paths);
  if (spec === undefined) throw new TspodError(`"${paths.bundle}" was removed meanwhile`);
  return { record, paths, steps: run.records, spec, networks: readRunNetworks(paths) };
}

function notHere({ operands: [image = ""] }: CreateCall): TspodError {
  return new NotFoundError(
    `image "${image}" is not here, and a dry run pulls nothing: run "tspod pull ${image}" first`,
  );
}

function imageOf(call: CreateCall): Parameters<typeof explainSettings>[1] {
  const found = resolveImage(call.store(), call.operands[0] ?? "");
  return found && { config: found.image.config, name: found.name ?? found.image.id };
}
