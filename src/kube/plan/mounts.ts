import { posix } from "node:path";
import { TspodError } from "../../errors.ts";
import { ownValue } from "../../oci/shape.ts";
import type { DeviceRequest } from "../../options/create-options.ts";
import type { MountRequest, Propagation } from "../../options/mount-request.ts";
import { parseMountOptions } from "../../options/parse/mounts/mount-options.ts";
import { bindRequest, parseDestination, volumeRequest } from "../../options/parse/mounts/volume.ts";
import type { KubeContainer, VolumeMount } from "../types/container.ts";
import { expand } from "./expand.ts";

/** What a volume of a pod has come to on this host. */
export type MountSource =
  /** Absolute path. */
  | { readonly kind: "path"; readonly path: string; readonly readOnly?: boolean }
  | {
      readonly kind: "volume";
      readonly name: string;
      readonly readOnly?: boolean;
      /** It is removed with the last container that uses it. */
      readonly ofPod?: boolean;
    }
  | { readonly kind: "image"; readonly reference: string }
  | { readonly kind: "device"; readonly path: string };

export interface ContainerMounts {
  readonly mounts: readonly MountRequest[];
  readonly devices: readonly DeviceRequest[];
}

/**
 * The mounts of a container, and the devices: a hostPath of a device's type is no mount.
 * @param sources volumes of the pod by name
 * @throws {TspodError} If a volume isn't there, or a path is none.
 */
export function containerMounts(
  { name, volumeMounts }: Pick<KubeContainer, "name" | "volumeMounts">,
  sources: ReadonlyMap<string, MountSource>,
  env: ReadonlyMap<string, string>,
): ContainerMounts {
  const mounts: MountRequest[] = [];
  const devices: DeviceRequest[] = [];
  for (const mount of volumeMounts ?? []) {
    const source = sources.get(mount.name);
    if (source === undefined)
      throw new TspodError(
        `volume mount ${mount.name} specified for container but not configured in volumes (container ${name})`,
      );
    if (source.kind === "device") devices.push(deviceRequest(mount, source.path));
    else mounts.push(mountRequest(mount, source, env));
  }
  checkDestinations(mounts);
  return { mounts, devices };
}

function deviceRequest({ mountPath, readOnly }: VolumeMount, source: string): DeviceRequest {
  return { source, destination: posix.resolve("/", mountPath), permissions: readOnly ? "r" : "rwm" };
}

function mountRequest(
  mount: VolumeMount,
  source: Exclude<MountSource, { kind: "device" }>,
  env: ReadonlyMap<string, string>,
): MountRequest {
  const { destination, words } = splitPath(mount.mountPath);
  const parsed = parseMountOptions(words);
  const propagation = mount.mountPropagation ? ownValue(PROPAGATIONS, mount.mountPropagation) : undefined;
  const sourceReadOnly = source.kind !== "image" && source.readOnly === true;
  const readOnly = mount.readOnly === true || sourceReadOnly || parsed.readOnly === true;
  const options = { ...parsed, readOnly, ...(propagation !== undefined && { propagation }) };
  const subpath = subPathOf(mount, env);
  const part = subpath === undefined ? {} : { subpath };
  switch (source.kind) {
    case "image":
      return { type: "image", image: source.reference, destination, readOnly: true, flags: {}, ...part };
    case "path":
      return { ...bindRequest(source.path, { destination, options }), ...part };
    case "volume":
      return {
        ...volumeRequest(source.name, { destination, options }),
        ...(source.ofPod && { anonymous: true }),
        ...part,
      };
  }
}

/** Podman takes its own options behind the path: `/dir:z`. */
function splitPath(text: string): { destination: string; words: readonly string[] } {
  const [path = "", words] = text.split(/:(.*)/s);
  return { destination: parseDestination(path), words: words ? words.split(",") : [] };
}

function subPathOf(
  { subPath, subPathExpr }: VolumeMount,
  env: ReadonlyMap<string, string>,
): string | undefined {
  const text = subPathExpr ? expand(subPathExpr, env) : subPath;
  if (!text) return undefined;
  const unknown = subPathExpr ? /\$\(([^()]*)\)/.exec(text) : null;
  if (unknown) throw new TspodError(`subPathExpr "${subPathExpr}": there is no variable ${unknown[1]}`);
  if (text.startsWith("/") || text.split("/").includes(".."))
    throw new TspodError(`subPath "${text}" is no relative path without ".."`);
  return text;
}

const PROPAGATIONS: Readonly<Record<string, Propagation>> = {
  HostToContainer: "rslave",
  Bidirectional: "rshared",
};

function checkDestinations(mounts: readonly MountRequest[]): void {
  const seen = new Set<string>();
  for (const { destination } of mounts) {
    if (seen.has(destination)) throw new TspodError(`${destination}: duplicate mount destination`);
    seen.add(destination);
  }
}
