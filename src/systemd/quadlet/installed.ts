import { basename } from "node:path";
import { NotFoundError, TspodError } from "../../errors.ts";
import type { Env } from "../../os/env.ts";
import { NoManagerError, type SystemctlOptions, showUnit } from "../systemctl.ts";
import { applicationOf } from "./applications.ts";
import { readQuadlet } from "./generate.ts";
import { endingOf, isQuadletFile, serviceName } from "./kinds.ts";
import { quadletFiles, userDirectory } from "./search.ts";

/** A quadlet where systemd's generator finds it. */
export interface InstalledQuadlet {
  /** `web.container` */
  readonly fileName: string;
  /** Absolute. */
  readonly path: string;
  /** `web.service`; "" where the file can't be read as a quadlet. */
  readonly unitName: string;
  /** `active/running`, `Not loaded`, `unknown` without a manager, or what is wrong with the file. */
  readonly status: string;
  /** `.web.app`, or "". */
  readonly application: string;
}

export interface ListSurroundings extends SystemctlOptions {
  /** Called at most once, if no manager can say what the services do. */
  readonly warn: (line: string) => void;
}

/** All quadlets in some directories, by their names. */
export async function listQuadlets(
  directories: readonly string[],
  { warn, ...options }: ListSurroundings,
): Promise<InstalledQuadlet[]> {
  const paths = quadletFiles(directories).sort((a, b) => (basename(a) < basename(b) ? -1 : 1));
  const missing: NoManagerError[] = [];
  const statusOf = async (unit: string) => {
    try {
      return await unitStatus(unit, options);
    } catch (error) {
      if (!(error instanceof NoManagerError)) throw error;
      missing.push(error);
      return "unknown";
    }
  };
  const found = await Promise.all(
    paths.map((path) => describeQuadlet(path, directories, { env: options.env, statusOf })),
  );
  if (missing[0] !== undefined) warn(`WARN[0000] status of services unknown: ${missing[0].message}`);
  return found;
}

async function describeQuadlet(
  path: string,
  directories: readonly string[],
  { env, statusOf }: { readonly env: Env; readonly statusOf: (unit: string) => Promise<string> },
): Promise<InstalledQuadlet> {
  const fileName = basename(path);
  const application = applicationOf(userDirectory(env), fileName) ?? "";
  try {
    const unitName = serviceOf(path, directories);
    return { fileName, path, unitName, status: await statusOf(unitName), application };
  } catch (error) {
    if (!(error instanceof TspodError)) throw error;
    return { fileName, path, unitName: "", status: error.message, application };
  }
}

/** `web.service`. @throws {TspodError} If the file is no quadlet of ours. */
export function serviceOf(path: string, directories: readonly string[]): string {
  return `${serviceName(readQuadlet(path, directories))}.service`;
}

/** `active/running`, or `Not loaded`. */
export async function unitStatus(unit: string, options: SystemctlOptions): Promise<string> {
  const state = await showUnit(unit, ["LoadState", "ActiveState", "SubState"], options);
  return state.LoadState === "loaded" ? `${state.ActiveState}/${state.SubState}` : "Not loaded";
}

/** Absolute path of an installed quadlet. @throws {NotFoundError} If there is none of that name. */
export function findQuadlet(fileName: string, directories: readonly string[]): string {
  const ending = endingOf(fileName);
  if (!isQuadletFile(fileName))
    throw new TspodError(`"${ending === "" ? "" : `.${ending}`}" is not a supported quadlet file type`);
  const path = quadletFiles(directories).find((each) => basename(each) === fileName);
  if (path === undefined) {
    throw new NotFoundError(
      `could not locate quadlet "${fileName}" in any supported quadlet directory: no such quadlet`,
    );
  }
  return path;
}
