import { defineCommand } from "../../cli/define-command.ts";
import { programFile } from "../../os/program-files.ts";
import { UPDATE_TIMER, updateUnits } from "../../systemd/auto-update/update-units.ts";
import { enableUnits, userUnitFile } from "../../systemd/user-units.ts";
import { lingerHint, lingers } from "./linger.ts";

const HINT = {
  now: "there are updates only while you have a session",
  remedy: "to have them without one",
};

export const command = defineCommand({
  name: "system auto-update enable",
  summary: "Update containers once a day",
  description:
    "Writes tspod-auto-update.service and tspod-auto-update.timer for this user's systemd manager, and starts the timer. Once a day it runs `tspod auto-update`, and then `tspod image prune -f`.\n\n" +
    "For other times: systemctl --user edit tspod-auto-update.timer. What an update did is in the journal: journalctl --user -u tspod-auto-update.",
  examples: [
    { line: "tspod system auto-update enable", help: "containers with a policy are updated every day" },
  ],
  flags: {},
  async run(call) {
    const options = { env: call.env, signal: call.signal };
    const crontab = `@daily ${programFile} auto-update`;
    const texts = updateUnits(programFile);
    await enableUnits({ unit: UPDATE_TIMER, texts, now: true, crontab }, options);
    call.print(userUnitFile(call.env, UPDATE_TIMER));
    if (!lingers(call.env)) call.warn(lingerHint(call.env, HINT));
  },
});
