import { defineCommand } from "../../cli/define-command.ts";
import { startsOnBoot } from "../../container/report/starts-on-boot.ts";
import { listContainers } from "../../container/state/list.ts";
import { BOOT_UNIT } from "../../systemd/boot/boot-unit.ts";
import { isUnitEnabled, userUnitFile } from "../../systemd/user-units.ts";
import { BOOT_HINT, lingerHint, lingers } from "./linger.ts";

export const command = defineCommand({
  name: "system boot status",
  summary: "Show what starts after a boot",
  description:
    "Prints the unit, if it is enabled, and the containers that it would start. The exit code says whether it is enabled.",
  examples: [
    { line: "tspod system boot status", help: "whether containers come back after a reboot, and which" },
  ],
  exitCodes: { 1: "nothing is started after a boot" },
  flags: {},
  async run(call) {
    const path = userUnitFile(call.env, BOOT_UNIT);
    const isEnabled = isUnitEnabled(BOOT_UNIT, call.env);
    call.print(isEnabled ? `enabled: ${path}` : 'disabled: "tspod system boot enable" enables it');
    if (isEnabled && !lingers(call.env)) call.warn(lingerHint(call.env, BOOT_HINT));
    const place = { store: call.store(), runtimeDirectory: call.runtimeDirectory };
    for (const { record } of listContainers(place).filter(startsOnBoot))
      call.print(`${record.name}: ${record.options.restart.name}`);
    return isEnabled ? 0 : 1;
  },
});
