/** What a container may know of itself. */
export interface ContainerenvFacts {
  /** Of a privileged container. */
  readonly identity: ContainerIdentity | undefined;
  /** Whether a directory of the host is mounted that has the store in it. */
  readonly hasStore: boolean;
}

export interface ContainerIdentity {
  readonly engine: string;
  readonly name: string;
  readonly id: string;
  readonly image: string;
  readonly imageId: string;
  readonly rootless: boolean;
}

/**
 * The content of /run/.containerenv: it marks a container. Only a privileged one gets to read what it is; any
 * of them, whether it sees the store: Podman in it knows its images by that.
 */
export function containerenv({ identity, hasStore }: ContainerenvFacts): string {
  return `${identity === undefined ? "" : identityLines(identity)}${hasStore ? "graphRootMounted=1" : ""}`;
}

function identityLines({ engine, name, id, image, imageId, rootless }: ContainerIdentity): string {
  const rows = { engine, name, id, image, imageid: imageId };
  return `${Object.entries(rows)
    .map(([key, value]) => `${key}=${JSON.stringify(value)}\n`)
    .join("")}rootless=${rootless ? 1 : 0}\n`;
}
