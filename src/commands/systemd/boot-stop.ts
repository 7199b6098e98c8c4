import { defineCommand } from "../../cli/define-command.ts";
import { forEachOperand } from "../../cli/for-each.ts";
import { startsOnBoot } from "../../container/report/starts-on-boot.ts";
import { listContainers } from "../../container/state/list.ts";
import { stopAsService } from "../../container/stop.ts";
import { engineOf } from "../flags/engine-of.ts";

/** What the unit of `system boot enable` does at its end. */
export const command = defineCommand({
  name: "system boot stop",
  summary: "Stop the containers that a boot starts",
  description: "As stop does, but it isn't the user who stops them: the next boot starts them again.",
  hidden: true,
  flags: {},
  async run(call) {
    const engine = engineOf(call);
    await forEachOperand(listContainers(engine).filter(startsOnBoot), {
      warn: call.warn,
      async act(container) {
        if (container.state.status !== "running") return;
        await stopAsService(engine, container, {
          timeout: container.record.options.process.stopTimeout,
          warn: call.warn,
          signal: call.signal,
        });
        call.print(container.record.name);
      },
    });
  },
});
