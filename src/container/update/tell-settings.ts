import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { hasCode } from "../../os/system-error.ts";
import { encodePlan } from "../../protocol/plan.ts";
import { changedPlan } from "../start/plan/changed-plan.ts";
import type { Engine } from "../state/engine.ts";
import type { Container } from "../state/list.ts";
import { signalProcess } from "../state/signal-process.ts";
import { isActive } from "../state/state.ts";
import { EndedMeanwhileError, tellMonitor } from "../tell-monitor.ts";

const SIGUSR1 = 10;

/**
 * Have the monitor of a container that runs, or waits to run again, go on by the options in its record. The
 * file stays for a monitor that is just between two runs. No-op where there is none.
 * @throws {TspodError} If the monitor gives no answer.
 */
export function tellSettings(engine: Engine, container: Container): void {
  const { paths, state } = container;
  if (state.monitorPid === 0) return;
  try {
    writeFileSync(join(paths.runtime, "changes"), encodePlan(changedPlan(engine, container)), {
      mode: 0o600,
    });
    if (isActive(state)) tellMonitor(engine, container, "settings");
    else signalProcess(state.monitorPid, SIGUSR1);
  } catch (error) {
    // The next run begins with what the record says; of a run that has ended, the directory goes, too.
    if (!(error instanceof EndedMeanwhileError) && !hasCode(error, "ENOENT")) throw error;
  }
}
