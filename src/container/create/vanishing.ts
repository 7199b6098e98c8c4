import { rmSync } from "node:fs";
import { namePath } from "../../storage/containers/container-directory.ts";
import type { Store } from "../../storage/store.ts";

/** For `run --dry-run`: what this process writes into the store from now on is gone when it ends. */
export { makeChangesVanish } from "../../storage/rootfs/vanishing-changes.ts";

/** Free a container's name, in a store whose changes vanish. */
export function forgetName(store: Store, name: string): void {
  rmSync(namePath(store, name), { force: true });
}
