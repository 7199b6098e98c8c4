import { statSync } from "node:fs";
import { resolve } from "node:path";
import { TspodError } from "../../errors.ts";
import { isSystemError, systemErrorReason } from "../../os/system-error.ts";
import type { GlobalFlags } from "./global-flags.ts";
import { UnprefixedError } from "./global-options.ts";

/**
 * What the flags that name files of the configuration are in the environment.
 * @throws {TspodError} If there is no such file, or it is of another kind.
 */
export function environmentOf(
  flags: Pick<GlobalFlags, "config" | "registries-conf">,
): Record<string, string> {
  const { config, "registries-conf": registries } = flags;
  if (config) checkConfigDirectory(config);
  return {
    ...(config && { DOCKER_CONFIG: config }),
    ...(registries && { CONTAINERS_REGISTRIES_CONF: registriesFile(registries) }),
  };
}

function registriesFile(path: string): string {
  try {
    statSync(path);
    return resolve(path);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new TspodError(
      `configuring runtime: locating specified registries.conf: faccessat ${path}: ${systemErrorReason(error)}`,
    );
  }
}

/**
 * The directory of --config, which need not be there yet.
 * @throws {TspodError} If it is no directory.
 */
function checkConfigDirectory(config: string): void {
  try {
    if (statSync(config).isDirectory()) return;
  } catch (error) {
    if (!isSystemError(error)) throw error;
    if (error.code === "ENOENT") return;
    const reason = systemErrorReason(error);
    throw new UnprefixedError(
      `Supplied --config folder (${config}) exists but is not accessible: stat ${config}: ${reason}`,
    );
  }
  throw new UnprefixedError(`Supplied --config file (${config}) is not a directory`);
}
