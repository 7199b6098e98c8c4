import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { RuntimeSpec, SpecProcess } from "../../../oci/runtime-spec.ts";
import type { ContainerRecord } from "../../../options/container-record.ts";
import type { CreateOptions, HealthcheckOptions } from "../../../options/create-options.ts";
import { execProcess } from "../../../spec/generate/exec-process.ts";
import { activeHealthcheck } from "../../state/health.ts";
import type { ContainerPaths } from "../../state/paths.ts";

/** What is run in a container beside its process. */
export type CheckName = "health" | "health-startup" | "ready" | "post-start" | "pre-stop";

/** Where the runtime's `exec` finds what to run. */
export function processFile({ bundle }: Pick<ContainerPaths, "bundle">, check: CheckName): string {
  return join(bundle, `${check}.json`);
}

/**
 * Write the processes of a container's checks and hooks that run in it, for the runtime's `exec`.
 * @param spec the container's config.json
 */
export function writeCheckProcesses(
  { record, paths }: { record: ContainerRecord; paths: ContainerPaths },
  spec: RuntimeSpec,
  lastCapability: number,
): void {
  for (const [name, test] of checksInside(record.options)) {
    const check = checkProcess(test, record.options, { process: spec.process, lastCapability });
    writeFileSync(processFile(paths, name), JSON.stringify(check));
  }
}

type Test = HealthcheckOptions["test"];

function checksInside(options: CreateOptions): [CheckName, Test][] {
  const health = activeHealthcheck(options);
  const { readiness, hooks } = options;
  const actions = [
    ["ready", readiness?.probe],
    ["post-start", hooks?.postStart],
    ["pre-stop", hooks?.preStop],
  ] as const;
  return [
    ...(health === undefined ? [] : insideTest("health", health.test)),
    ...(health?.startup === undefined ? [] : insideTest("health-startup", health.startup.test)),
    ...actions.flatMap(([name, action]) =>
      action?.kind === "exec" ? insideTest(name, ["CMD", ...action.command]) : [],
    ),
  ];
}

function insideTest(name: CheckName, test: Test): [CheckName, Test][] {
  return test[0] === "PROBE" ? [] : [[name, test]];
}

function checkProcess(
  test: Test,
  options: CreateOptions,
  container: { process: SpecProcess; lastCapability: number },
): SpecProcess {
  const [form, ...words] = test;
  const command = form === "CMD-SHELL" ? ["/bin/sh", "-c", words.join(" ")] : words;
  // Without --user nothing is looked up.
  return execProcess({ command, env: [], tty: false, privileged: false }, options, {
    ...container,
    passwdText: "",
    groupText: "",
  });
}
