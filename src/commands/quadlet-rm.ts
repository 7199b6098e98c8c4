import { rmSync } from "node:fs";
import { basename, join } from "node:path";
import { InUseError, NotFoundError, TspodError } from "../errors.ts";
import { applicationOf, applications } from "../systemd/quadlet/applications.ts";
import { findQuadlet, serviceOf, unitStatus } from "../systemd/quadlet/installed.ts";
import { ownDirectories, quadletFiles, searchDirectories, userDirectory } from "../systemd/quadlet/search.ts";
import { systemctl } from "../systemd/systemctl.ts";
import { forEachOperand } from "./for-each.ts";
import { type Call, defineCommand } from "./framework/define-command.ts";
import type { FlagTable } from "./framework/flag.ts";

const flags = {
  all: { type: "boolean", short: "a", help: "Remove all quadlets of this user" },
  force: { type: "boolean", short: "f", help: "Stop a service that runs" },
  ignore: { type: "boolean", short: "i", help: "Don't mind those that are not there" },
  "reload-systemd": { type: "boolean", default: true, help: "Have systemd forget their services" },
} as const satisfies FlagTable;

type RmCall = Call<typeof flags>;

export const command = defineCommand({
  name: "quadlet rm",
  operands: "QUADLET [QUADLET...]",
  summary: "Remove installed quadlets",
  description:
    "Removes quadlets by the names of their files. One that belongs to an application takes all of that with it; an application is called .NAME.app.",
  examples: [
    { line: "tspod quadlet rm web.container", help: "remove one whose service doesn't run" },
    { line: "tspod quadlet rm --force web.container", help: "stop web.service and remove it" },
  ],
  flags,
  complete: "quadlet",
  check: ({ flags, operands }) =>
    !flags.all && operands.length === 0 ? "must provide at least 1 quadlet to remove" : undefined,
  async run(call) {
    const directories = searchDirectories({ env: call.env, uid: call.launch.uid });
    const own = userDirectory(call.env);
    const names = call.flags.all
      ? quadletFiles(ownDirectories(call.env)).map((path) => basename(path))
      : withApplications(own, call.operands);
    try {
      await forEachOperand(names, {
        warn: call.warn,
        async act(name) {
          await remove(call, name, directories);
          call.print(name);
        },
      });
    } finally {
      if (call.flags["reload-systemd"]) await systemctl(["daemon-reload"], { env: call.env });
    }
  },
});

/** Names, with those of all that belongs to the same application. */
function withApplications(own: string, operands: readonly string[]): string[] {
  const known = applications(own);
  const names = operands.flatMap((operand) => {
    const application = known.has(operand) ? operand : applicationOf(own, operand);
    return application === undefined ? [operand] : [...(known.get(application) ?? []), application];
  });
  return [...new Set(names)];
}

async function remove(call: RmCall, name: string, directories: readonly string[]): Promise<void> {
  const own = userDirectory(call.env);
  // An application's list, and what came along with its quadlets.
  if (!isQuadlet(name)) return rmSync(join(own, name), { force: true });
  try {
    const path = findQuadlet(name, directories);
    await stopService(call, name, serviceName(path, directories));
    rmSync(path, { force: true });
  } catch (error) {
    if (!(error instanceof NotFoundError) || !call.flags.ignore) throw error;
  }
}

function isQuadlet(name: string): boolean {
  return /\.(?:container|volume|image|network|pod|kube|build|artifact)$/.test(name) || !name.includes(".");
}

/** undefined for a file that no service comes of. */
function serviceName(path: string, directories: readonly string[]): string | undefined {
  try {
    return serviceOf(path, directories);
  } catch (error) {
    if (error instanceof TspodError) return undefined;
    throw error;
  }
}

async function stopService(call: RmCall, name: string, service: string | undefined): Promise<void> {
  if (service === undefined) return;
  const options = { env: call.env, signal: call.signal };
  if (!(await unitStatus(service, options)).startsWith("active/")) return;
  if (!call.flags.force) {
    throw new InUseError(
      `quadlet ${name} is running and force is not set, refusing to remove: quadlet is running`,
    );
  }
  await systemctl(["stop", "--", service], options);
}
