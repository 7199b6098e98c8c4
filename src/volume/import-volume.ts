import { TspodError } from "../errors.ts";
import { AT_FDCWD } from "../os/at.ts";
import { takeMountAt } from "../os/mount-holder.ts";
import { isSystemError } from "../os/system-error.ts";
import { type ByteString, readable } from "../storage/tar/byte-string.ts";
import { cleanEntryPath } from "../storage/tar/entry-path.ts";
import type { TarEntry } from "../storage/tar/tar-entry.ts";
import { readCreator } from "../storage/tree/attributes.ts";
import { readTar } from "../storage/tree/read-tar.ts";
import { type MountSurroundings, mountForCall } from "./mount-volumes.ts";
import { unlessVolumeRemoved } from "./unless-removed.ts";
import { type VolumeRecord, volumeData } from "./volumes.ts";

/** File systems that are gone with their last mount. */
const IN_MEMORY = new Set(["tmpfs", "ramfs"]);

/**
 * Unpack a tar, compressed or not, into a volume. What it has of the same name makes way; directories are
 * merged.
 * @throws {TspodError} If it is no tar, is damaged, or has what can't be in a volume: what came before that
 * is unpacked.
 * @throws {TspodError} If the volume is in memory and nobody has it mounted, or can't be mounted.
 */
export function importVolume(
  surroundings: MountSurroundings,
  volume: VolumeRecord,
  source: AsyncIterable<Uint8Array>,
): Promise<void> {
  const { store } = surroundings;
  return unlessVolumeRemoved({ store, name: volume.name }, () => importFiles(surroundings, volume, source));
}

async function importFiles(
  surroundings: MountSurroundings,
  volume: VolumeRecord,
  source: AsyncIterable<Uint8Array>,
): Promise<void> {
  const path = volumeData(surroundings.store, volume.name);
  if (IN_MEMORY.has(volume.options.type ?? "") && !takeMountAt(path))
    throw new TspodError(`volume is using a driver local and volume is not mounted on ${path}`);
  await mountForCall(surroundings, volume);
  let last: ByteString = "";
  const onEntry = (entry: TarEntry): void => {
    last = entry.name;
    refuseUnfit(entry, path);
  };
  const job = { owner: undefined, overwrite: true, creator: readCreator(), onEntry };
  try {
    await readTar(source, { dirFd: AT_FDCWD, name: path }, job);
  } catch (cause) {
    if (!isSystemError(cause)) throw cause;
    throw new TspodError(`unpacking "${readable(last)}" into volume ${volume.name}`, { cause });
  }
}

/**
 * @throws {TspodError} In Podman's words where a name leads out of the volume; for a device, which a user
 * can't make.
 */
function refuseUnfit({ type, name, linkName }: TarEntry, path: string): void {
  if (!staysInside(name)) throw new TspodError(`"${readable(name)}" is outside of "${path}"`);
  if (type === "link" && !staysInside(linkName))
    throw new TspodError(`invalid hardlink "${readable(name)}" -> "${readable(linkName)}"`);
  if (type === "device")
    throw new TspodError(`making the device "${readable(name)}": operation not permitted`);
}

function staysInside(name: ByteString): boolean {
  try {
    cleanEntryPath(name);
    return true;
  } catch (error) {
    if (error instanceof TspodError) return false;
    throw error;
  }
}
