import { mkdirSync } from "node:fs";
import { TspodError } from "../../errors.ts";
import { MS_NODEV, MS_NOSUID, mount } from "../../os/mount.ts";
import type { Store } from "../store.ts";
import { noteOverlay, rootfsDriver } from "./rootfs-driver.ts";

/**
 * From here on this call changes nothing in the store: it sees an overlay of it, in its own mount namespace,
 * whose upper directory is in memory. What others do meanwhile it may or may not see.
 * @throws {TspodError} If this kernel can't do that.
 */
export function makeChangesVanish(store: Store): void {
  const { root } = store;
  const driver = rootfsDriver(store);
  const memory = `${root}/tmp`;
  try {
    mount("tmpfs", memory, { type: "tmpfs", flags: MS_NODEV | MS_NOSUID, data: "mode=0700" });
    for (const name of ["upper", "work"]) mkdirSync(`${memory}/${name}`);
    const data = `lowerdir=${escaped(root)},upperdir=${escaped(memory)}/upper,workdir=${escaped(memory)}/work,userxattr`;
    mount("overlay", root, { type: "overlay", flags: 0, data });
  } catch (cause) {
    throw new TspodError("a dry run needs an overlay of the store, which this kernel does not allow", {
      cause,
    });
  }
  // In the overlay another answer would be found than in the store.
  if (driver === "overlay") noteOverlay(store);
}

/** A path in overlayfs's options: overlayfs splits them at commas, and lower directories at colons. */
function escaped(path: string): string {
  return path.replaceAll(/[\\,:]/g, "\\$&");
}
