import { closeSync, constants, openSync } from "node:fs";
import { setImmediate } from "node:timers/promises";
import { O_PATH } from "../os/at.ts";
import { packAs } from "../storage/tree/pack-tree.ts";
import { type MountSurroundings, mountForCall } from "./mount-volumes.ts";
import { unlessVolumeRemoved } from "./unless-removed.ts";
import { type VolumeRecord, volumeData } from "./volumes.ts";

/** Bytes after which signals have their turn. */
const TURN = 4 * 1024 * 1024;

/**
 * Write what is in a volume as a tar. A container may use it meanwhile.
 * @throws {TspodError} If it has to be mounted, and can't be.
 * @throws {NotFoundError} If it is removed meanwhile.
 */
export function exportVolume(
  surroundings: MountSurroundings,
  volume: VolumeRecord,
  options: { readonly write: (bytes: Uint8Array) => void; readonly signal: AbortSignal },
): Promise<void> {
  const { store } = surroundings;
  return unlessVolumeRemoved({ store, name: volume.name }, () => exportFiles(surroundings, volume, options));
}

async function exportFiles(
  surroundings: MountSurroundings,
  volume: VolumeRecord,
  { write, signal }: { readonly write: (bytes: Uint8Array) => void; readonly signal: AbortSignal },
): Promise<void> {
  await mountForCall(surroundings, volume);
  using undo = new DisposableStack();
  const flags = O_PATH | constants.O_DIRECTORY;
  const dirFd = undo.adopt(openSync(volumeData(surroundings.store, volume.name), flags), closeSync);
  const tar = packAs({ dirFd, name: "." }, "", {});
  let sinceTurn = 0;
  for await (const bytes of tar) {
    signal.throwIfAborted();
    write(bytes);
    sinceTurn += bytes.length;
    if (sinceTurn < TURN) continue;
    sinceTurn = 0;
    await setImmediate();
  }
}
