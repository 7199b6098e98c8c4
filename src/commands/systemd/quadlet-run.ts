import { spawnSync } from "node:child_process";
import { hostname } from "node:os";
import { basename, dirname, resolve } from "node:path";
import { type Call, defineCommand } from "../../cli/define-command.ts";
import type { FlagTable } from "../../cli/flags/flag.ts";
import { messageChain, TspodError } from "../../errors.ts";
import { ExitCode } from "../../os/exit-code.ts";
import { execve } from "../../os/spawn.ts";
import { generateServices } from "../../systemd/quadlet/generate.ts";
import { runPlan } from "../../systemd/quadlet/run-plan.ts";
import { searchDirectories } from "../../systemd/quadlet/search.ts";
import { conversionContext } from "./conversion-context.ts";

const flags = {
  detach: { type: "boolean", short: "d", help: "Run the container in the background and print its ID" },
} as const satisfies FlagTable;

export const command = defineCommand({
  name: "quadlet run",
  operands: "FILE",
  summary: "Run a quadlet without systemd",
  description:
    "Runs what the quadlet's service would, after what the services would that it needs. The container is in the foreground, and its exit code is ours. " +
    "What [Service] says is systemd's business, and left out.",
  examples: [{ line: "tspod quadlet run web.container", help: "try a quadlet out before it is installed" }],
  exitCodes: { "0-255": "as tspod run" },
  flags,
  minOperands: 1,
  maxOperands: 1,
  complete: "file",
  async run(call) {
    const plan = await planOf(call);
    const last = plan.at(-1) ?? [];
    for (const [file = "", ...args] of plan.slice(0, -1)) {
      const { status } = spawnSync(file, args, {
        env: { ...call.env },
        stdio: ["ignore", "ignore", "inherit"],
      });
      if (status !== 0) return status ?? ExitCode.failed;
    }
    call.flush();
    return execve(last[0] ?? "", last, call.env);
  },
});

async function planOf(call: Call<typeof flags>): Promise<ReturnType<typeof runPlan>> {
  const [operand = ""] = call.operands;
  const path = resolve(call.cwd, operand);
  const directories = [dirname(path), ...searchDirectories({ env: call.env, uid: call.launch.uid })];
  const { services, errors } = generateServices(directories, await conversionContext(call.commands));
  const own = errors.find(({ message }) => message.includes(path));
  if (own !== undefined) throw new TspodError(messageChain(own));
  return runPlan(services, basename(path), {
    env: call.env,
    uid: call.launch.uid,
    hostname: hostname(),
    detach: call.flags.detach,
  });
}
