import { existsSync, rmSync } from "node:fs";
import { BOOT_UNIT } from "../systemd/boot/boot-unit.ts";
import { systemctl } from "../systemd/systemctl.ts";
import { defineCommand } from "./framework/define-command.ts";
import { bootUnitFile } from "./system-boot/places.ts";

export const command = defineCommand({
  name: "system boot disable",
  summary: "Don't start containers after a boot",
  description: "Takes the unit away that `tspod system boot enable` has written. Containers that run go on.",
  examples: [{ line: "tspod system boot disable", help: "after the next reboot no container runs" }],
  flags: {},
  async run(call) {
    const path = bootUnitFile(call.env);
    if (!existsSync(path)) return;
    const options = { env: call.env, signal: call.signal };
    await systemctl(["disable", "--quiet", BOOT_UNIT], options);
    rmSync(path, { force: true });
    await systemctl(["daemon-reload"], options);
    call.print(path);
  },
});
