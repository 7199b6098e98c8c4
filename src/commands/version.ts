import { defineCommand } from "./framework/define-command.ts";
export const command = defineCommand({
  name: "version",
  summary: "Display version information",
  flags: { format: { type: "string", short: "f", help: "Go template or json" } },
  run() {},
});
