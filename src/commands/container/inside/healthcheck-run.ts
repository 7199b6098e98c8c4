import { defineCommand } from "../../../cli/define-command.ts";
import { becomeHealthClient } from "../../../container/monitor/attach.ts";
import { findContainer } from "../../../container/state/find.ts";
import { activeHealthcheck } from "../../../container/state/health.ts";
import { NotFoundError, TspodError } from "../../../errors.ts";
import { formatDuration } from "../../../options/format-duration.ts";
import { engineOf } from "../../flags/engine-of.ts";

export const command = defineCommand({
  name: "healthcheck run",
  operands: "CONTAINER",
  summary: "Run the health check of a container",
  description:
    "Has the container's monitor run the health check that the container was created with, beside those that it runs by itself. The result counts as theirs do: inspect and ps show it, and --health-on-failure may follow.",
  examples: [{ line: "tspod healthcheck run web && echo well", help: "ask a container how it is" }],
  exitCodes: { 1: "the container is unhealthy", 125: "it does not run, or has no health check" },
  flags: {},
  complete: "running-container",
  minOperands: 1,
  maxOperands: 1,
  async run(call) {
    const [name = ""] = call.operands;
    const container = find(call, name);
    const { record, paths, state } = container;
    const healthcheck = activeHealthcheck(record.options);
    if (state.status === "paused") throw new TspodError(`container ${record.id} is paused: unpause it first`);
    if (state.status !== "running") throw new TspodError(`container ${record.id} is not running`);
    if (healthcheck === undefined) throw new TspodError(`container ${record.id} has no defined healthcheck`);
    if (state.monitorPid === 0)
      throw new TspodError(`container ${record.id} has lost its monitor: restart it`);
    call.flush();
    const timeout = formatDuration(healthcheck.timeout);
    if (healthcheck.onFailure !== "restart") return becomeHealthClient(paths.runtime, timeout);
    const { checkAndAwaitRestart } = await import("../../../container/await-restart.ts");
    return checkAndAwaitRestart(container, timeout);
  },
});

function find(call: Parameters<typeof engineOf>[0], name: string) {
  try {
    return findContainer(engineOf(call), name);
  } catch (cause) {
    if (!(cause instanceof NotFoundError)) throw cause;
    throw new TspodError(`unable to look up ${name} to perform a health check`, { cause });
  }
}
