import { basename } from "node:path";
import { NotFoundError, TspodError } from "../../errors.ts";
import { type SystemctlOptions, showUnit } from "../systemctl.ts";
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
  /** `active/running`, `Not loaded`, or what is wrong with the file. */
  readonly status: string;
  /** `.web.app`, or "". */
  readonly application: string;
}

/** All quadlets in some directories, by their names. */
export async function listQuadlets(
  directories: readonly string[],
  options: SystemctlOptions,
): Promise<InstalledQuadlet[]> {
  const paths = quadletFiles(directories).sort((a, b) => (basename(a) < basename(b) ? -1 : 1));
  return Promise.all(paths.map((path) => describeQuadlet(path, directories, options)));
}

async function describeQuadlet(
  path: string,
  directories: readonly string[],
  options: SystemctlOptions,
): Promise<InstalledQuadlet> {
  const fileName = basename(path);
  const application = applicationOf(userDirectory(options.env), fileName) ?? "";
  try {
    const unitName = serviceOf(path, directories);
    return { fileName, path, unitName, status: await unitStatus(unitName, options), application };
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
