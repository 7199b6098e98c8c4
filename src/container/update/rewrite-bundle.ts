import { join } from "node:path";
import { type SpecLimit, type SpecProcess, UNLIMITED } from "../../oci/runtime-spec.ts";
import type { ContainerRecord } from "../../options/container-record.ts";
import { writeFileAtomic } from "../../os/files/write-file-atomic.ts";
import { heldLimit } from "../../spec/generate/process.ts";
import { readBundleSpec } from "../runtime/bundle-spec.ts";
import { writeCheckProcesses } from "../start/plan/check-processes.ts";
import { readCommonFacts, readHardLimits } from "../start/read-host-facts.ts";
import type { Container } from "../state/list.ts";
import { changedEnv } from "./changed-options.ts";

/**
 * Bring the last run's config.json up to its container's options, for `exec` and `inspect`, and the process
 * of the health check with it. No-op where the container has never run.
 * @param container with the new record
 * @param before the old record
 */
export function rewriteBundle(container: Container, before: ContainerRecord): void {
  const path = join(container.paths.bundle, "config.json");
  const spec = readBundleSpec(container.paths);
  if (spec === undefined) return;
  const updated = { ...spec, process: changedProcess(spec.process, before, container.record) };
  writeFileAtomic(path, JSON.stringify(updated));
  writeCheckProcesses(container, updated, readCommonFacts().lastCapability);
}

/** What the start has added (HOME, HOSTNAME, the default limits) stays. */
function changedProcess(
  process: SpecProcess,
  { options: before }: ContainerRecord,
  { options: after }: ContainerRecord,
): SpecProcess {
  const env = after.process.env.filter((entry) => !before.process.env.includes(entry));
  const names = new Set(after.process.env.map(nameOf));
  const replaced = new Set([...before.ulimits, ...after.ulimits].map(({ type }) => type));
  const hardLimits = readHardLimits(after.ulimits);
  const asked = after.ulimits.map((ulimit) => ({ ...ulimit, ...heldLimit(ulimit, hardLimits) }));
  return {
    ...process,
    env: changedEnv(process.env, {
      env: env.map((entry) => [nameOf(entry), entry.slice(nameOf(entry).length + 1)]),
      unsetenv: before.process.env.map(nameOf).filter((name) => !names.has(name)),
    }),
    rlimits: [...(process.rlimits ?? []).filter(({ type }) => !replaced.has(type)), ...asked].map(
      ({ type, soft, hard }) => ({ type, soft: exact(soft), hard: exact(hard) }),
    ),
  };
}

/** No limit is 2^64-1, which is no exact number here, or -1. */
function exact(limit: SpecLimit): SpecLimit {
  return Number.isSafeInteger(limit) && Number(limit) >= 0 ? limit : UNLIMITED;
}

function nameOf(entry: string): string {
  return entry.split("=", 1)[0] ?? "";
}
