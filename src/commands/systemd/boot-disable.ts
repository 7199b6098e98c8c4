import { existsSync } from "node:fs";
import { defineCommand } from "../../cli/define-command.ts";
import { BOOT_UNIT } from "../../systemd/boot/boot-unit.ts";
import { disableUnits, userUnitFile } from "../../systemd/user-units.ts";

export const command = defineCommand({
  name: "system boot disable",
  summary: "Don't start containers after a boot",
  description: "Takes the unit away that `tspod system boot enable` has written. Containers that run go on.",
  examples: [{ line: "tspod system boot disable", help: "after the next reboot no container runs" }],
  flags: {},
  async run(call) {
    const path = userUnitFile(call.env, BOOT_UNIT);
    if (!existsSync(path)) return;
    const options = { env: call.env, signal: call.signal };
    await disableUnits({ unit: BOOT_UNIT, names: [BOOT_UNIT], now: false }, options);
    call.print(path);
  },
});
