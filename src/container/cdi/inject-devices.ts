import { statSync } from "node:fs";
import { TspodError } from "../../errors.ts";
import type { SpecHooks } from "../../oci/runtime-spec.ts";
import type { BindRequest } from "../../options/mount-request.ts";
import { parseMountOptions } from "../../options/parse/mounts/mount-options.ts";
import { bindRequest } from "../../options/parse/mounts/volume.ts";
import { isSystemError, systemErrorReason } from "../../os/system-error.ts";
import type { CdiFacts } from "../../spec/host-facts.ts";
import type { CdiEdits, CdiHook, CdiMount } from "./cdi-spec.ts";
import { CDI_DIRECTORIES, type FoundSpecs, readCdiSpecs } from "./read-specs.ts";

/** What a container gets for its devices: `mounts` are resolved as those that the user asks for. */
export interface InjectedDevices extends CdiFacts {
  readonly mounts: readonly BindRequest[];
}

export interface InjectOptions {
  readonly directories?: readonly string[] | undefined;
  readonly env: readonly string[];
}

/**
 * What the specs on this host say for a container's devices. As with Podman they are read at each start.
 * @param names `VENDOR/CLASS=NAME`
 * @param options.directories absolute paths; undefined: those of the specification
 * @param options.env the container's own variables, of which a device's take the place
 * @throws {TspodError} If one is not found, or something that it needs is not on this host.
 */
export async function injectDevices(
  names: readonly string[],
  { directories = CDI_DIRECTORIES, env }: InjectOptions,
): Promise<InjectedDevices> {
  const all = editsOf(names, await readCdiSpecs(directories));
  return {
    devices: all.flatMap(({ deviceNodes = [] }) =>
      deviceNodes.map(({ path, hostPath = path }) => ({ source: hostDevice(hostPath), destination: path })),
    ),
    env: withVariables(
      env,
      all.flatMap(({ env: added = [] }) => added),
    ),
    gids: [...new Set(all.flatMap(({ additionalGids = [] }) => additionalGids))].filter((gid) => gid > 0),
    hooks: hooksOf(all.flatMap(({ hooks = [] }) => hooks)),
    mounts: all.flatMap(({ mounts = [] }) => mounts.map(asBind)),
  };
}

/** Each spec's own edits once, before those of its first device. */
function editsOf(names: readonly string[], { devices, problems }: FoundSpecs): CdiEdits[] {
  const missing = names.filter((name) => !devices.get(name));
  if (missing.length > 0) {
    const why = [
      ...missing.filter((name) => devices.get(name) === null).map((name) => `${name} stands in two specs`),
      ...problems,
    ];
    const reason = why.length === 0 ? "" : ` (${why.join("; ")})`;
    throw new TspodError(`setting up CDI devices: unresolvable CDI devices ${missing.join(", ")}${reason}`);
  }
  const seen = new Set<object>();
  return [...new Set(names)].flatMap((name) => {
    const found = devices.get(name);
    if (!found) return [];
    const isNew = !seen.has(found.spec);
    seen.add(found.spec);
    return isNew ? [found.spec.containerEdits ?? {}, found.edits] : [found.edits];
  });
}

/** @throws {TspodError} If it is no device of this host. */
function hostDevice(path: string): string {
  const doing = "setting up CDI devices: failed to inject devices";
  try {
    const facts = statSync(path);
    if (facts.isCharacterDevice() || facts.isBlockDevice() || facts.isFIFO()) return path;
  } catch (error) {
    if (!isSystemError(error)) throw error;
    throw new TspodError(`${doing}: failed to stat CDI host device "${path}": ${systemErrorReason(error)}`);
  }
  throw new TspodError(`${doing}: "${path}" is no device`);
}

function withVariables(env: readonly string[], added: readonly string[]): string[] {
  const nameOf = (entry: string): string => entry.split("=", 1)[0] ?? "";
  const taken = new Set(added.map(nameOf));
  return [...env.filter((entry) => !taken.has(nameOf(entry))), ...added];
}

function hooksOf(hooks: readonly CdiHook[]): SpecHooks {
  const found: SpecHooks = {};
  for (const { hookName, ...hook } of hooks) found[hookName] = [...(found[hookName] ?? []), hook];
  return found;
}

/** @throws {TspodError} If it is no bind: other file systems take more rights than a user has. */
function asBind({ hostPath, containerPath, options = [], type = "bind" }: CdiMount): BindRequest {
  if (type !== "bind" && type !== "none")
    throw new TspodError(
      `setting up CDI devices: a mount of type "${type}" on "${containerPath}" is not supported`,
    );
  const known = options.filter((option) => option !== "bind" && option !== "rbind");
  const request = bindRequest(hostPath, { destination: containerPath, options: parseMountOptions(known) });
  return { ...request, recursive: !options.includes("bind") || options.includes("rbind") };
}
