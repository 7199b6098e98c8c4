import { realpathSync } from "node:fs";
import { TspodError } from "../../errors.ts";
import { isWithin } from "../../options/is-within.ts";
import { AT_FDCWD, fstatat } from "../../os/at.ts";
import type { Store } from "../../storage/store.ts";
import type { CopyJob } from "../../storage/tree/copy-entry.ts";
import { type HeldFile, identity } from "../../storage/tree/held-file.ts";
import type { Container } from "../state/list.ts";

interface Side {
  readonly container?: Container;
  readonly path: string;
  readonly given: string;
}

/**
 * A container's files are in the store. So a directory that holds the store is copied into a container
 * without it: with it, the copy would copy itself for ever.
 * @returns undefined where the copy goes to this host
 * @throws {TspodError} If the source is the store, or a directory in it with the container's files.
 */
export function withoutStore(
  { store, warn }: { readonly store: Store; readonly warn: (text: string) => void },
  source: Pick<HeldFile, "status">,
  { from, to }: { readonly from: Side; readonly to: Side },
): CopyJob["leftOut"] {
  if (to.container === undefined) return undefined;
  const is = identity(fstatat(AT_FDCWD, store.root));
  if (identity(source.status) === is || (from.container === undefined && isAround(store, from, to.container)))
    throw new TspodError(
      `${JSON.stringify(from.given)} is in tspod's own store, with the container's files in it: a copy would have no end`,
    );
  return { is, met: () => warn(`left out ${JSON.stringify(store.root)}: the copy is in there itself`) };
}

/** Whether a path of this host leads to what the container's files are in, or to some of them. */
function isAround(store: Store, { path }: Side, { paths }: Container): boolean {
  const [source, root, files] = [path, store.root, paths.directory].map((each) => realpathSync(each));
  if (source === undefined || root === undefined || files === undefined) return false;
  return isWithin(source, root) && (isWithin(files, source) || isWithin(source, files));
}
