import { defineCommand } from "../../cli/define-command.ts";
import { UPDATE_SERVICE, UPDATE_TIMER } from "../../systemd/auto-update/update-units.ts";
import { showUnit } from "../../systemd/systemctl.ts";
import { isUnitEnabled, userUnitFile } from "../../systemd/user-units.ts";

export const command = defineCommand({
  name: "system auto-update status",
  summary: "Show when containers are updated",
  description:
    "Prints the timer, if it is enabled, when it starts the next update, and how the last one ended. The exit code says whether it is enabled.",
  examples: [{ line: "tspod system auto-update status", help: "whether containers are updated, and when" }],
  exitCodes: { 1: "containers are not updated by a timer" },
  flags: {},
  async run(call) {
    const path = userUnitFile(call.env, UPDATE_TIMER);
    if (!isUnitEnabled(UPDATE_TIMER, call.env)) {
      call.print('disabled: "tspod system auto-update enable" enables it');
      return 1;
    }
    const options = { env: call.env, signal: call.signal };
    const timer = await showUnit(UPDATE_TIMER, ["NextElapseUSecRealtime", "LastTriggerUSec"], options);
    const service = await showUnit(UPDATE_SERVICE, ["Result"], options);
    call.print(`enabled: ${path}`);
    call.print(`next: ${timer.NextElapseUSecRealtime || "never: the timer does not run"}`);
    if (timer.LastTriggerUSec) call.print(`last: ${timer.LastTriggerUSec}: ${service.Result}`);
    return 0;
  },
});
