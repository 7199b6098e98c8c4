import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { TspodError } from "../errors.ts";
import type { ContainerRecord } from "../options/container-record.ts";
import type { ResourceOptions } from "../options/create-options.ts";
import { detectCgroup } from "../rootless/cgroup.ts";
import { supportedBy } from "../rootless/runtime.ts";
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

/**
 * Change the limits of a container: of one that runs at once, and in its record for all starts to come.
 * @param changes only what is to change; lists take the place of those before
 * @throws {TspodError} If a limit can't be held here, or the runtime refuses it; then nothing has changed.
 */
export async function updateContainer(
  engine: Engine,
  { record: { id } }: Container,
  changes: Partial<ResourceOptions>,
): Promise<void> {
  using _lock = await lockContainer(engine.store, id);
  const record = readContainerRecord(engine.store, id);
  const updated = withChanges(record, changes);
  const support = detectCgroup({
    env: engine.env,
    uid: engine.launch.uid,
    manager: record.cgroupManager ?? engine.cgroupManager,
  });
  const cgroup = cgroupPlan(supportedBy(record.runtime, support), record);
  const spec = resources(updated.options, { cgroup, deviceNumbers: readDeviceNumbers(updated.options) });
  const container = withState(engine, record);
  if (isActive(container.state)) apply(engine, container, spec);
  writeContainerRecord(engine.store, updated);
  appendEvent(engine.store, containerEvent(record, "update"));
}

/** CPUs are said in one of two ways; the last that was said counts. */
function withChanges(record: ContainerRecord, changes: Partial<ResourceOptions>): ContainerRecord {
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
