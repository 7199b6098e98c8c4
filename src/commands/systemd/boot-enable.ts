import { defineCommand } from "../../cli/define-command.ts";
import { programFile } from "../../os/program-files.ts";
import { BOOT_UNIT, bootUnit } from "../../systemd/boot/boot-unit.ts";
import { enableUnits, userUnitFile } from "../../systemd/user-units.ts";
import { BOOT_HINT, lingerHint, lingers } from "./linger.ts";

export const command = defineCommand({
  name: "system boot enable",
  summary: "Start containers after a boot",
  description:
    "Writes a unit of this user's systemd manager and enables it. When the manager starts, it starts the containers whose restart policy is always, and those with unless-stopped that nobody has stopped. When it ends, they are stopped in good order.\n\n" +
    "A user's manager starts with the first session, or with the machine where the user lingers: loginctl enable-linger.",
  examples: [{ line: "tspod system boot enable", help: "containers come back after a reboot" }],
  flags: {},
  async run(call) {
    const options = { env: call.env, signal: call.signal };
    const texts = { [BOOT_UNIT]: bootUnit(programFile) };
    const crontab = `@reboot ${programFile} start --all --filter should-start-on-boot=true`;
    await enableUnits({ unit: BOOT_UNIT, texts, now: false, crontab }, options);
    call.print(userUnitFile(call.env, BOOT_UNIT));
    if (!lingers(call.env)) call.warn(lingerHint(call.env, BOOT_HINT));
  },
});
