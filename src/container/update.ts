import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { TspodError } from "../errors.ts";
import type { ContainerRecord } from "../options/container-record.ts";
import type { ResourceOptions } from "../options/create-options.ts";
import { detectCgroup } from "../rootless/cgroup.ts";
import { supportedBy } from "../rootless/runtime.ts";
import { withHeldLimits } from "../spec/generate/held-limits.ts";
import { resources } from "../spec/generate/resources.ts";
import { readContainerRecord, writeContainerRecord } from "../storage/containers/container-directory.ts";
import { appendEvent } from "../storage/events.ts";
import { lockContainer } from "../storage/storage-lock.ts";
import { callRuntime } from "./runtime/runtime-call.ts";
import { containerEvent } from "./start/event.ts";
import { cgroupPlan } from "./start/plan/cgroup-plan.ts";
import { readDeviceNumbers } from "./start/read-host-facts.ts";
import type { Engine } from "./state/engine.ts";
import { type Container, withState } from "./state/list.ts";
import { isActive } from "./state/state.ts";
import { changedOptions, changesSettings, type SettingChanges } from "./update/changed-options.ts";
import { rewriteBundle } from "./update/rewrite-bundle.ts";
import { tellSettings } from "./update/tell-settings.ts";

/** What `update` changes; lists take the place of those before. */
export interface ContainerChanges extends SettingChanges {
  readonly resources: Partial<ResourceOptions>;
}

/**
 * Change the limits and settings of a container: in its record for all starts to come, and of one that runs
 * as far as that goes at once (limits, restart policy, health check, what `exec` gets as its environment).
 * @throws {TspodError} If a limit can't be held here, or the runtime refuses it, or a health check is not
 * there; then nothing has changed.
 */
export async function updateContainer(
  engine: Engine,
  { record: { id } }: Container,
  changes: ContainerChanges,
): Promise<void> {
  using _lock = await lockContainer(engine.store, id);
  const before = readContainerRecord(engine.store, id);
  const limited = withLimits(before, changes.resources);
  const updated = { ...limited, options: changedOptions(limited.options, changes) };
  const container = withState(engine, updated);
  const spec = limits(engine, updated);
  if (isActive(container.state) && changesLimits(changes)) apply(engine, container, spec);
  writeContainerRecord(engine.store, updated);
  if (changesSettings(changes)) {
    rewriteBundle(container, before);
    tellSettings(engine, container);
  }
  appendEvent(engine.store, containerEvent(updated, "update"));
}

function changesLimits({ resources }: ContainerChanges): boolean {
  return Object.keys(resources).length > 0;
}

/** @throws {TspodError} If one can't be held here. */
function limits({ env, launch, cgroupManager, warn }: Engine, record: ContainerRecord): object {
  const { options, runtime } = record;
  const support = detectCgroup({ env, uid: launch.uid, manager: record.cgroupManager ?? cgroupManager });
  const cgroup = cgroupPlan(supportedBy(runtime, support), record);
  const held = options.cgroups.mode === "besteffort" ? withHeldLimits(options, cgroup, warn) : options;
  return resources(held, { cgroup, deviceNumbers: readDeviceNumbers(options) });
}

/** CPUs are said in one of two ways; the last that was said counts. */
function withLimits(record: ContainerRecord, changes: Partial<ResourceOptions>): ContainerRecord {
  const { nanoCpus, cpuPeriod, cpuQuota, ...others } = record.options.resources;
  const cpu =
    changes.nanoCpus !== undefined || changes.cpuPeriod !== undefined || changes.cpuQuota !== undefined
      ? {}
      : {
          ...(nanoCpus !== undefined && { nanoCpus }),
          ...(cpuPeriod !== undefined && { cpuPeriod }),
          ...(cpuQuota !== undefined && { cpuQuota }),
        };
  return { ...record, options: { ...record.options, resources: { ...others, ...cpu, ...changes } } };
}

function apply(engine: Engine, container: Container, spec: object): void {
  const { record, paths } = container;
  const file = join(paths.runtime, "resources.json");
  writeFileSync(file, JSON.stringify(spec));
  const { code, words } = callRuntime(engine, container, "update", ["--resources", file]);
  if (code === 0) return;
  if (words !== "") engine.warn(words);
  throw new TspodError(
    `\`${record.runtime.path} update --resources=${file} ${record.id}\` failed: exit status ${code}`,
  );
}
