import { posix } from "node:path";
import { TspodError } from "../../../errors.ts";
import type { CreateOptions } from "../../../options/create-options.ts";
import type { MountRequest } from "../../../options/mount-request.ts";
import { gpuDevice, isCdiName, parseDevice } from "../../../options/parse/device.ts";
import { parseMount } from "../../../options/parse/mounts/mount.ts";
import { parseTmpfs, tmpfsRequest } from "../../../options/parse/mounts/tmpfs.ts";
import { parseVolume } from "../../../options/parse/mounts/volume.ts";
import type { CreateContext } from "./create-context.ts";
import type { CreateFlags } from "./create-flags.ts";

type StorageOptions = Pick<
  CreateOptions,
  "mounts" | "volumesFrom" | "imageVolume" | "devices" | "cdiDevices" | "chrootDirs"
>;

/** @throws {TspodError} If a mount can't be read, or two have one destination. */
export function mountsFromFlags(flags: CreateFlags, context: CreateContext): StorageOptions {
  const imageVolume = parseImageVolume(flags["image-volume"]);
  const asked = oneForEachDestination([
    ...flags.volume.map((text) => parseVolume(text, context.cwd)),
    ...flags.mount.map((text) => parseMountFlag(text, context)),
    ...flags.tmpfs.map(parseTmpfs),
  ]);
  const cdiDevices = [...flags.device.filter(isCdiName), ...flags.gpus.map(gpuDevice)];
  const taken = new Set(asked.map(({ destination }) => destination));
  return {
    mounts: [
      ...asked,
      ...imageVolumes(context, imageVolume).filter(({ destination }) => !taken.has(destination)),
    ],
    volumesFrom: flags["volumes-from"].map(parseVolumesFrom),
    imageVolume,
    devices: flags.device.filter((text) => !isCdiName(text)).map(parseDevice),
    ...(cdiDevices.length > 0 && { cdiDevices }),
    chrootDirs: flags.chrootdirs,
  };
}

/** As Podman, a mount of containers.conf that can't be read is known as one. */
function parseMountFlag(text: string, { cwd, defaults }: CreateContext): MountRequest {
  try {
    return parseMount(text, cwd);
  } catch (cause) {
    if (!defaults.mounts?.includes(text)) throw cause;
    throw new TspodError("parsing containers.conf mounts", { cause });
  }
}

/** The very same mount may be asked for several times. */
function oneForEachDestination(mounts: readonly MountRequest[]): MountRequest[] {
  const taken = new Map<string, MountRequest>();
  for (const mount of mounts) {
    const { destination } = mount;
    const other = taken.get(destination) ?? mount;
    if (JSON.stringify(other) !== JSON.stringify(mount))
      throw new TspodError(`${destination}: duplicate mount destination`);
    taken.set(destination, mount);
  }
  return [...taken.values()];
}

/** What the image declares with VOLUME. */
function imageVolumes({ image }: CreateContext, mode: CreateOptions["imageVolume"]): MountRequest[] {
  if (mode === "ignore") return [];
  return Object.keys(image.Volumes ?? {}).map((path) => {
    const destination = posix.resolve("/", path);
    if (mode === "tmpfs") return tmpfsRequest("tmpfs", { destination, options: [] });
    return { type: "volume", destination, readOnly: false, flags: {}, copy: true, fromImage: true };
  });
}

function parseImageVolume(text: string): CreateOptions["imageVolume"] {
  if (text === "anonymous") return "bind"; // the name it has since podman 4.4
  if (text === "bind" || text === "tmpfs" || text === "ignore") return text;
  throw new TspodError(`invalid image volume mode "${text}" required value: anonymous, tmpfs, ignore`);
}

function parseVolumesFrom(text: string): CreateOptions["volumesFrom"][number] {
  const [container = "", optionText] = text.split(":", 2);
  const options = optionText === undefined ? [] : optionText.split(",");
  const bad = options.find((option) => option !== "ro" && option !== "rw" && option !== "z");
  if (bad !== undefined) {
    throw new TspodError(
      `invalid option "${bad}" specified - volumes from another container can only use z,ro,rw options`,
    );
  }
  if (options.filter((option) => option !== "z").length > 1)
    throw new TspodError("cannot set ro or rw options more than once");
  if (options.filter((option) => option === "z").length > 1)
    throw new TspodError("cannot set :z more than once in mount options");
  return { container, options };
}
