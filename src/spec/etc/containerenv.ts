/** What a privileged container may know of itself. */
export interface ContainerenvFacts {
  readonly engine: string;
  readonly name: string;
  readonly id: string;
  readonly image: string;
  readonly imageId: string;
  readonly rootless: boolean;
}

/**
 * The content of /run/.containerenv: it marks a container; only a privileged one gets to read more than
 * nothing.
 */
export function containerenv(facts: ContainerenvFacts | undefined): string {
  if (facts === undefined) return "";
  const { engine, name, id, image, imageId, rootless } = facts;
  const rows = { engine, name, id, image, imageid: imageId };
  return `${Object.entries(rows)
    .map(([key, value]) => `${key}=${JSON.stringify(value)}\n`)
    .join("")}rootless=${rootless ? 1 : 0}\n`;
}
