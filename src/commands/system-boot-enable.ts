import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import { TspodError } from "../errors.ts";
import { programFile } from "../os/program-files.ts";
import { writeFileAtomic } from "../os/write-file-atomic.ts";
import { BOOT_UNIT, bootUnit } from "../systemd/boot/boot-unit.ts";
import { systemctl } from "../systemd/systemctl.ts";
import { defineCommand } from "./framework/define-command.ts";
import { bootUnitFile, lingerHint, lingers } from "./system-boot/places.ts";

export const command = defineCommand({
  name: "system boot enable",
  summary: "Start containers after a boot",
  description:
    "Writes a unit of this user's systemd manager and enables it. When the manager starts, it starts the containers whose restart policy is always, and those with unless-stopped that nobody has stopped. When it ends, they are stopped in good order.\n\n" +
    "A user's manager starts with the first session, or with the machine where the user lingers: loginctl enable-linger.",
  examples: [{ line: "tspod system boot enable", help: "containers come back after a reboot" }],
  flags: {},
  async run(call) {
    const path = bootUnitFile(call.env);
    try {
      mkdirSync(dirname(path), { recursive: true });
      writeFileAtomic(path, bootUnit(programFile), { mode: 0o644 });
    } catch (cause) {
      throw new TspodError(`writing "${path}"`, { cause });
    }
    await systemctl(["daemon-reload"], { env: call.env, signal: call.signal });
    await systemctl(["enable", "--quiet", BOOT_UNIT], { env: call.env, signal: call.signal });
    call.print(path);
    if (!lingers(call.env)) call.warn(lingerHint(call.env));
  },
});
