import { join } from "node:path";
import { NotFoundError, TspodError } from "../../errors.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import type { ContainerRecord } from "../../options/container-record.ts";
import type { ArtifactMountRequest, BindRequest } from "../../options/mount-request.ts";
import { S_IFDIR, S_IFMT } from "../../os/at.ts";
import { artifactFileName, selectFiles } from "../../storage/artifacts/artifact-files.ts";
import { artifactLayout } from "../../storage/artifacts/artifact-layout.ts";
import { type Artifact, findArtifact } from "../../storage/artifacts/artifacts.ts";
import { blobPath, hasBlob } from "../../storage/blobs/blobs.ts";
import type { Store } from "../../storage/store.ts";
import { openLowerChain } from "../../storage/tree/lower-chain.ts";
import { resolveInChain } from "../../storage/tree/resolve-in-chain.ts";
import type { ContainerPaths } from "../state/paths.ts";
import { rootfsDirectories } from "./rootfs-directories.ts";

/**
 * The files of an artifact, each a read-only bind of its blob. A single file is mounted at the destination
 * itself, unless the container has a directory there; files in a directory are called by their titles, or by
 * the name that was asked for, several with `-0`, `-1` behind it. As with Podman the artifact is looked for
 * at each start, and what is mounted of it stays when it is removed.
 * @throws {TspodError} If the artifact is gone, has no such file, or one that is damaged or has no name.
 */
export function artifactBinds(
  store: Store,
  request: ArtifactMountRequest,
  { record, paths }: { readonly record: ContainerRecord; readonly paths: ContainerPaths },
): BindRequest[] {
  const files = selectFiles(foundArtifact(store, request.artifact), request);
  const layout = artifactLayout(store);
  const bind = (file: Descriptor, destination: string): BindRequest => {
    if (!hasBlob(layout, file))
      throw new TspodError(
        `blob "${file.digest}" of artifact ${request.artifact} is missing: pull or add the artifact again`,
      );
    const source = blobPath(layout, file.digest);
    return { type: "bind", source, destination, readOnly: true, recursive: false, flags: {} };
  };
  const { destination, name } = request;
  const [first, ...others] = files;
  if (others.length === 0 && !isDirectory(rootfsDirectories(store, record, paths), destination))
    return [bind(first, destination)];
  return files.map((file, at) => {
    const asked = name === undefined || others.length === 0 ? name : `${name}-${at}`;
    return bind(file, join(destination, asked ?? artifactFileName(file)));
  });
}

/** A NotFoundError would be about the container's command. */
function foundArtifact(store: Store, name: string): Artifact {
  try {
    return findArtifact(store, name);
  } catch (error) {
    throw error instanceof NotFoundError ? new TspodError(error.message) : error;
  }
}

/** Whether the container's root file system has a directory there, by symlinks inside of it too. */
function isDirectory(directories: readonly string[], path: string): boolean {
  using chain = openLowerChain(directories);
  const found = resolveInChain(chain, path);
  if (found === undefined) return false;
  return found === "" || ((chain.find(found)?.status.mode ?? 0) & S_IFMT) === S_IFDIR;
}
