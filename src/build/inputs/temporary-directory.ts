import type { Store } from "../../storage/store.ts";
import { makeTmpDirectory, type TmpDirectory } from "../../storage/tmp-directory.ts";

/** An empty directory for a context that is fetched; it goes when it is disposed of. */
export function temporaryDirectory(store: Store): TmpDirectory {
  return makeTmpDirectory(store, "context");
}
