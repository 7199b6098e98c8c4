/** A word that only stands before commands: `tspod volume create`. */
export interface CommandGroup {
  readonly summary: string;
  readonly description: string;
}

/** By its words. A group without a command in the table does not exist for the user. */
export const commandGroups: Readonly<Record<string, CommandGroup>> = {
  artifact: {
    summary: "Manage OCI artifacts",
    description: "Manage OCI artifacts: files in registries that are no images",
  },
  builder: { summary: "Manage builds", description: "Build images, and manage what builds keep" },
  buildx: { summary: "Manage builds", description: "Build images, as docker buildx has it" },
  container: { summary: "Manage containers", description: "Manage containers" },
  context: {
    summary: "Show remote connections",
    description: "There are none: tspod works on this machine, for the user who calls it",
  },
  generate: {
    summary: "Generate structured data from containers",
    description: "Generate structured data from containers",
  },
  healthcheck: {
    summary: "Manage health checks on containers",
    description: "Run health checks on containers",
  },
  image: { summary: "Manage images", description: "Manage images" },
  "image trust": {
    summary: "Manage which images are trusted",
    description: "Shows and changes policy.json, which says which images may be stored",
  },
  kube: {
    summary: "Play containers, pods or volumes from a structured file",
    description: "Makes pods of Kubernetes YAML, removes them, and the other way round",
  },
  manifest: {
    summary: "Manage lists of images",
    description: "Creates, modifies, and pushes manifest lists and image indexes",
  },
  network: { summary: "Manage networks", description: "Manage networks" },
  pod: { summary: "Manage pods", description: "Pods are groups of containers that share namespaces" },
  play: { summary: "Play a pod", description: "Play a pod out of Kubernetes YAML" },
  quadlet: {
    summary: "Allows users to manage Quadlets",
    description: "Containers, volumes and images as files that systemd turns into services",
  },
  secret: { summary: "Manage secrets", description: "Manage secrets" },
  system: { summary: "Manage tspod", description: "Manage tspod" },
  "system auto-update": {
    summary: "Update containers once a day",
    description: "Update containers once a day, by their auto-update policy",
  },
  "system boot": {
    summary: "Start containers after a boot",
    description: "Start containers after a boot, by their restart policy",
  },
  "system connection": {
    summary: "Show remote connections",
    description: "There are none: tspod works on this machine",
  },
  volume: {
    summary: "Manage volumes",
    description: "Volumes are created in and can be shared between containers",
  },
};

/** Second names that work, and are neither listed nor completed: podman's aliases. */
const UNLISTED: readonly string[] = [
  "builder build",
  "buildx build",
  "buildx du",
  "buildx inspect",
  "buildx prune",
  "buildx version",
  "context list",
  "context ls",
  "container ls",
  "container umount",
  "image ls",
  "image remove",
  "image umount",
  "umount",
  "network list",
  "network remove",
  "pod list",
  "pod ls",
  "quadlet cat",
  "volume list",
  "artifact list",
  "artifact remove",
  "volume remove",
];

/** Whether a command stands in lists of commands. */
export function isListed(name: string): boolean {
  return !UNLISTED.includes(name) && !name.startsWith("_");
}
