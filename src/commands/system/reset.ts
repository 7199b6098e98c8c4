import { ask } from "../../cli/confirm.ts";
import { defineCommand } from "../../cli/define-command.ts";
import { errorLine } from "../../errors.ts";
import { ExitCode } from "../../os/exit-code.ts";
import { resetSystem } from "../../system/reset.ts";
import { engineOf } from "../flags/engine-of.ts";

/** As with Podman, where standard input ends without an answer. */
const UNANSWERED = 1;

export const command = defineCommand({
  name: "system reset",
  summary: "Remove all containers, images, volumes and secrets",
  description:
    "Stops and removes all containers, then removes all images, volumes, secrets, downloads that broke off, and the events: the store is as it was before its first use. Works also where records in it are damaged. Settings, logins and quadlets stay. Asks first, unless --force is given.",
  examples: [
    { line: "tspod system reset", help: "begin anew" },
    { line: "tspod --root /srv/store system reset --force", help: "empty another store" },
  ],
  exitCodes: { [UNANSWERED]: "standard input ended without an answer" },
  flags: { force: { type: "boolean", short: "f", help: "Do not ask" } },
  async run(call) {
    call.store({ repair: true });
    const engine = engineOf(call);
    if (!call.flags.force) {
      for (const line of warning(engine.store.root)) call.print(line);
      const agreed = ask(call, "Are you sure you want to continue?");
      if (agreed === undefined) call.warn("ERRO[0000] EOF");
      if (agreed !== true) return agreed === undefined ? UNANSWERED : 0;
    }
    const errors = await resetSystem(engine);
    for (const line of errors) call.warn(errorLine(line));
    return errors.length > 0 ? ExitCode.failed : 0;
  },
});

function warning(root: string): string[] {
  const removed = ["containers", "images", "volumes", "secrets"].map((things) => `all ${things}`);
  return [
    "WARNING! This will remove:",
    ...[...removed, `all else in the store: "${root}"`].map((line) => `        - ${line}`),
  ];
}
