import { unlinkSync } from "node:fs";
import { basename, join } from "node:path";
import { type Call, defineCommand } from "../../cli/define-command.ts";
import type { FlagTable } from "../../cli/flags/flag.ts";
import { forEachOperand } from "../../cli/for-each.ts";
import { InUseError, NotFoundError, TspodError } from "../../errors.ts";
import { isFileName } from "../../oci/file-name.ts";
import { hasCode } from "../../os/system-error.ts";
import { applicationOf, applications } from "../../systemd/quadlet/applications.ts";
import { findQuadlet, serviceOf, unitStatus } from "../../systemd/quadlet/installed.ts";
import { isQuadletFile } from "../../systemd/quadlet/kinds.ts";
import { takeBackUnfinished } from "../../systemd/quadlet/put-files.ts";
import {
  ownDirectories,
  quadletFiles,
  searchDirectories,
  userDirectory,
} from "../../systemd/quadlet/search.ts";
import { NoManagerError, reloadUnits, type SystemctlOptions, systemctl } from "../../systemd/systemctl.ts";

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
    takeBackUnfinished(own);
    const names = call.flags.all
      ? quadletFiles(ownDirectories(call.env)).map((path) => basename(path))
      : withApplications(own, call.operands);
    try {
      await forEachOperand(names, {
        warn: call.warn,
        async act(name) {
          if (await remove(call, name, directories)) call.print(name);
        },
      });
    } finally {
      if (call.flags["reload-systemd"]) await reloadUnits({ env: call.env }, call.warn);
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

/** @returns whether there was something to remove */
async function remove(call: RmCall, name: string, directories: readonly string[]): Promise<boolean> {
  if (!isFileName(name))
    throw new TspodError(`invalid quadlet name "${name}": give the name of an installed file, not a path`);
  const own = userDirectory(call.env);
  if (isCompanion(own, name)) return unlinkIfThere(join(own, name));
  try {
    const path = findQuadlet(name, directories);
    if (!ownDirectories(call.env).some((directory) => path === join(directory, name)))
      throw new TspodError(
        `"${path}" is not one of your own quadlets, which are in "${own}": remove it there`,
      );
    await stopService(call, name, serviceName(path, directories));
    return unlinkIfThere(path);
  } catch (error) {
    if (error instanceof NotFoundError && call.flags.ignore) return false;
    throw error;
  }
}

/**
 * An application's list, or a file that came along with its quadlets. Only what such a list names is removed
 * without being a quadlet.
 */
function isCompanion(own: string, name: string): boolean {
  if (isQuadletFile(name)) return false;
  return applications(own).has(name) || applicationOf(own, name) !== undefined;
}

function unlinkIfThere(path: string): boolean {
  try {
    unlinkSync(path);
    return true;
  } catch (cause) {
    if (hasCode(cause, "ENOENT")) return false;
    throw new TspodError(`removing "${path}"`, { cause });
  }
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
  if (!(await isActive(service, options))) return;
  if (!call.flags.force) {
    throw new InUseError(
      `quadlet ${name} is running and force is not set, refusing to remove: quadlet is running`,
    );
  }
  await systemctl(["stop", "--", service], options);
}

/** Without a manager no service runs. */
async function isActive(service: string, options: SystemctlOptions): Promise<boolean> {
  try {
    return (await unitStatus(service, options)).startsWith("active/");
  } catch (error) {
    if (error instanceof NoManagerError) return false;
    throw error;
  }
}
