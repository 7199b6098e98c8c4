import { setImmediate } from "node:timers/promises";
import { packTree } from "../storage/pack/pack-tree.ts";
import { type VolumeRecord, volumeData } from "../storage/volumes.ts";
import { type MountSurroundings, mountForCall } from "./mount-volumes.ts";

/** Bytes after which signals have their turn. */
const TURN = 4 * 1024 * 1024;

/**
 * Write what is in a volume as a tar. A container may use it meanwhile.
 * @throws {TspodError} If it has to be mounted, and can't be.
 */
export async function exportVolume(
  surroundings: MountSurroundings,
  volume: VolumeRecord,
  { write, signal }: { readonly write: (bytes: Uint8Array) => void; readonly signal: AbortSignal },
): Promise<void> {
  await mountForCall(surroundings, volume);
  const tar = packTree(volumeData(surroundings.store, volume.name), {
    whiteouts: false,
    mountPoints: new Set(),
    contentsOnly: true,
  });
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
