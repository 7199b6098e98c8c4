import { type Call, defineCommand } from "../../../cli/define-command.ts";
import { type ContainerChanges, updateContainer } from "../../../container/update.ts";
import { parseEnvEntry } from "../../../options/parse/env.ts";
import { parseRestartPolicy } from "../../../options/parse/restart-policy.ts";
import { healthFlags } from "../../flags/create/health-flags.ts";
import { lifecycleFlags } from "../../flags/create/lifecycle-flags.ts";
import { limitFlags, resourceFlags } from "../../flags/create/resource-flags.ts";
import { limitChanges, ulimitsFromFlags } from "../../flags/create/resources-from-flags.ts";
import { engineOf } from "../../flags/engine-of.ts";
import { healthChanges } from "../../flags/health-changes.ts";
import { selectContainers } from "../../flags/select-containers.ts";
import { missingName, selectionFlags } from "../../flags/selection-flags.ts";

const flags = {
  ...limitFlags,
  ...healthFlags,
  restart: lifecycleFlags.restart,
  ulimit: resourceFlags.ulimit,
  env: {
    type: "list",
    short: "e",
    value: "NAME[=VALUE]",
    help: "Set a variable in the environment of the container; without a value that of the caller",
  },
  unsetenv: { type: "list", value: "NAME", help: "Take a variable out of the environment of the container" },
  latest: selectionFlags.latest,
} as const;

export const command = defineCommand({
  name: "update",
  operands: "[CONTAINER]",
  summary: "Update the limits and settings of a container",
  description:
    "Changes what is given, for all starts of the container to come. What isn't given stays as it is. In a container that runs, limits, the restart policy and the health check change at once, and exec gets the new environment; the environment and the ulimits of its processes can't change while they run.",
  examples: [
    { line: "tspod update --memory 512m --cpus 2 web", help: "give a container other limits" },
    { line: "tspod update --restart always web", help: "have it run again whenever it ends" },
    { line: "tspod update --health-interval 5s --health-retries 2 web", help: "check its health more often" },
  ],
  flags,
  common: ["memory", "cpus", "restart", "env"],
  check({ flags: { latest }, operands, words }) {
    if (operands.length > 1) return "`tspod update` accepts at most one argument";
    if (latest && operands.length > 0) return "--latest and containers cannot be used together";
    return !latest && operands.length === 0 ? missingName(words) : undefined;
  },
  complete: "container",
  async run(call) {
    const changes = changesOf(call);
    const engine = engineOf(call);
    const [selected] = selectContainers(engine, { operands: call.operands, latest: call.flags.latest });
    if (selected === undefined) return;
    await updateContainer(engine, selected.container, changes);
    call.print(selected.container.record.id);
  },
});

/** @throws {TspodError} If a value can't be read. */
function changesOf({ flags: asked, given, env, cwd }: Call<typeof flags>): ContainerChanges {
  const changesHealth = [...given].some((name) => name.startsWith("health-") || name === "no-healthcheck");
  return {
    resources: limitChanges(asked),
    ...(given.has("restart") && { restart: parseRestartPolicy(asked.restart ?? "", "") }),
    ...(given.has("ulimit") && { ulimits: ulimitsFromFlags(asked) }),
    env: asked.env.flatMap((text) => parseEnvEntry(text, env)),
    unsetenv: asked.unsetenv,
    ...(changesHealth && { health: healthChanges(asked, { given, cwd }) }),
  };
}
