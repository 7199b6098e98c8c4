import { TspodError } from "../../errors.ts";
import { readCreator } from "../../storage/tree/attributes.ts";
import type { Owner } from "../../storage/tree/copy-entry.ts";
import { type Located, locate } from "../../storage/tree/locate.ts";
import { packAs } from "../../storage/tree/pack-tree.ts";
import { readTar } from "../../storage/tree/read-tar.ts";
import { containerUserOnHost, ownerSeenInside } from "../rootfs/container-user.ts";
import type { ContainerPlace } from "../state/list.ts";
import { openContainerRoot } from "./container-root.ts";
import {
  type CopyOptions,
  type CopySide,
  emptiedIn,
  HOST,
  kindOf,
  locateSource,
  nameOf,
  refuseReadOnly,
} from "./copy.ts";

/**
 * Unpack a tar stream into a directory of a container.
 * @throws {TspodError} If that is no directory, or the stream no tar.
 */
export async function copyFromStream(
  place: ContainerPlace,
  { source, to }: { source: AsyncIterable<Uint8Array>; to: CopySide },
  { archive, overwrite }: Pick<CopyOptions, "archive" | "overwrite">,
): Promise<void> {
  using stack = new DisposableStack();
  const root = to.container === undefined ? HOST : stack.use(await openContainerRoot(place, to.container));
  const destination = locate(root, to.path);
  if (destination !== undefined) stack.use(destination);
  if (destination === undefined || kindOf(destination) !== "directory")
    throw new TspodError("destination must be a directory when copying from stdin");
  refuseReadOnly(destination, to);
  const owner =
    archive && to.container !== undefined
      ? containerUserOnHost(place.store, to.container.record, to.container.paths)
      : undefined;
  await readCopiedTar(source, destination, { owner, overwrite });
}

const NO_TAR = "source must be a (compressed) tar archive when copying from stdin";

/** @throws {TspodError} In Podman's words where it is no tar, or nothing. */
async function readCopiedTar(
  source: AsyncIterable<Uint8Array>,
  destination: Located,
  job: { owner: Owner | undefined; overwrite: boolean },
): Promise<void> {
  let entries = 0;
  const onEntry = (): void => {
    entries++;
  };
  try {
    const size = await readTar(source, destination, { ...job, creator: readCreator(), onEntry });
    if (size > 0) return;
  } catch (error) {
    if (entries > 0 || !(error instanceof TspodError)) throw error;
  }
  throw new TspodError(NO_TAR);
}

/** Write a file or directory of a container as a tar, with the owners that the container sees. */
export async function copyToStream(
  place: ContainerPlace,
  from: CopySide,
  write: (bytes: Uint8Array) => void,
): Promise<void> {
  using stack = new DisposableStack();
  const root =
    from.container === undefined ? HOST : stack.use(await openContainerRoot(place, from.container));
  const source = locateSource(root, from, stack);
  const contents = /(^|\/)\.\/?$/.test(from.path);
  const owner = from.container && ownerSeenInside(from.container.record);
  const emptied = emptiedIn(root, source);
  const name = contents ? "" : nameOf(source, from);
  for await (const bytes of packAs(source, name, { owner, emptied })) write(bytes);
}
