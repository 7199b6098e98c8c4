import { TspodError } from "../../errors.ts";
import type { RuntimeSpec, SpecHooks } from "../../oci/runtime-spec.ts";
import { filterSpec } from "./filter-spec.ts";
import { type Hook, isFor } from "./hook.ts";
import { readHooks } from "./read-hooks.ts";

export interface HookPlace {
  /** Absolute paths of the hooks directories; a later one wins. */
  readonly directories: readonly string[];
  /** The bundle: where hooks of the stage precreate run. */
  readonly bundle: string;
  readonly hasBindMounts: boolean;
}

/**
 * The spec with the hooks that are for its container. Those of the stage precreate have changed it by then;
 * the others are the runtime's to run, poststop when it deletes the container.
 * @throws {TspodError} If a hook's file is none, or one of the stage precreate fails.
 */
export async function addHooks(spec: RuntimeSpec, place: HookPlace): Promise<RuntimeSpec> {
  try {
    const subject = {
      annotations: spec.annotations ?? {},
      command: spec.process.args[0] ?? "",
      hasBindMounts: place.hasBindMounts,
    };
    const hooks = readHooks(place.directories).filter((hook) => isFor(hook, subject));
    let changed = withRuntimeHooks(spec, hooks);
    for (const { hook, stages } of hooks)
      for (const stage of stages)
        if (stage === "precreate") changed = await filterSpec(changed, hook, place.bundle);
    return changed;
  } catch (error) {
    if (!(error instanceof TspodError)) throw error;
    throw new TspodError("setting up OCI Hooks", { cause: error });
  }
}

function withRuntimeHooks(spec: RuntimeSpec, hooks: readonly Hook[]): RuntimeSpec {
  const added: SpecHooks = { ...spec.hooks };
  for (const { hook, stages } of hooks)
    for (const stage of stages) if (stage !== "precreate") added[stage] = [...(added[stage] ?? []), hook];
  return Object.keys(added).length === 0 ? spec : { ...spec, hooks: added };
}
