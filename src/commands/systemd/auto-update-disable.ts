import { existsSync } from "node:fs";
import { defineCommand } from "../../cli/define-command.ts";
import { UPDATE_SERVICE, UPDATE_TIMER } from "../../systemd/auto-update/update-units.ts";
import { disableUnits, userUnitFile } from "../../systemd/user-units.ts";

export const command = defineCommand({
  name: "system auto-update disable",
  summary: "Don't update containers once a day",
  description: "Takes the units away that `tspod system auto-update enable` has written.",
  examples: [{ line: "tspod system auto-update disable", help: "no update but by tspod auto-update" }],
  flags: {},
  async run(call) {
    const path = userUnitFile(call.env, UPDATE_TIMER);
    if (!existsSync(path)) return;
    const options = { env: call.env, signal: call.signal };
    await disableUnits({ unit: UPDATE_TIMER, names: [UPDATE_TIMER, UPDATE_SERVICE], now: true }, options);
    call.print(path);
  },
});
