import { pruneCache, reclaimed } from "../../build/cache/prune-cache.ts";
import { confirm } from "../../cli/confirm.ts";
import { type Call, defineCommand } from "../../cli/define-command.ts";
import type { FlagTable } from "../../cli/flags/flag.ts";
import { pruneContainers } from "../../container/prune.ts";
import { removeUnusedNetworks, unusedNetworks } from "../../container/remove-network.ts";
import { diskUsage } from "../../container/report/disk-usage.ts";
import { type Container, type ContainerPlace, listContainers } from "../../container/state/list.ts";
import { errorLine, TspodError } from "../../errors.ts";
import { removeLeftovers, removeUnusedImages } from "../../image/prune.ts";
import { networkFilter } from "../../network/filter.ts";
import { ExitCode } from "../../os/exit-code.ts";
import { prunePods } from "../../pod/prune.ts";
import { containerFilter } from "../../podman/container-filter.ts";
import { humanSize } from "../../podman/human-size.ts";
import { imageFilter } from "../../podman/image-filter.ts";
import { volumeFilter } from "../../volume/filter.ts";
import { removeUnusedVolumes, unusedVolumes } from "../../volume/prune.ts";
import { engineOf } from "../flags/engine-of.ts";
import { pruneFilter } from "../flags/list-flags.ts";

const flags = {
  all: {
    type: "boolean",
    short: "a",
    help: "Remove all images that no container uses, not only those without a name",
  },
  build: {
    type: "boolean",
    help: "Accepted: builds leave no containers; what is left of killed ones goes with every prune",
  },
  external: {
    type: "boolean",
    help: "Remove nothing but what is left of killed calls: no other program has containers in the store",
  },
  filter: pruneFilter("Remove only what fits: label, label!, until"),
  force: { type: "boolean", short: "f", help: "Do not ask" },
  volumes: { type: "boolean", help: "Remove the volumes that no container uses, too" },
} as const satisfies FlagTable;

export const command = defineCommand({
  name: "system prune",
  summary: "Remove containers, networks, images and volumes that nothing uses",
  description:
    "Removes containers that do not run, then networks that no container is in and images that no container uses, and says how much room that gave. Volumes stay, unless --volumes is given. Asks first, unless --force is given.",
  examples: [
    { line: "tspod system prune", help: "remove stopped containers, and images without a name" },
    { line: "tspod system prune --all --volumes --force", help: "keep only what runs" },
  ],
  flags,
  async run(call) {
    const { all, filter, force, volumes } = call.flags;
    const engine = engineOf(call);
    if (call.flags.external) return pruneLeftovers(call, engine);
    const { store } = engine;
    const now = Date.now();
    const containers = listContainers(engine);
    const fits = {
      container: containerFilter(filter, { containers, now }),
      image: imageFilter(store, filter, { now }),
      network: networkFilter(filter, { now, isUsed: () => false, pruning: true }),
      volume: volumeFilter(store, volumes ? filter : [], { now }),
    };
    if (!force) {
      call.print(warning({ all, volumes }));
      if (!confirm(call, "Are you sure you want to continue?")) return 0;
    }
    const before = usedBytes(engine);
    const pods = filter.length > 0 ? NO_PODS : await prunePods(engine, { warn: call.warn });
    printList(call, "Deleted Pods", pods.removed);
    const { removed, errors } = await pruneContainers(
      engine,
      containers.filter(isAlone).filter(fits.container),
      {
        warn: call.warn,
      },
    );
    printList(call, "Deleted Containers", removed);
    if (volumes) {
      const names = unusedVolumes(store, fits.volume);
      printList(call, "Deleted Volumes", await removeUnusedVolumes(store, names));
    }
    const networks = await removeUnusedNetworks(engine, unusedNetworks(engine, fits.network));
    printList(call, "Deleted Networks", networks);
    const images: string[] = [];
    await removeUnusedImages(store, { all, fits: fits.image, removed: (id) => images.push(id) });
    printList(call, "Deleted Images", images);
    const cached =
      filter.length > 0 ? [] : await pruneCache(store, { fits: ({ isShared }) => all || !isShared });
    printList(
      call,
      "Deleted build cache objects",
      cached.map(({ id }) => id),
    );
    const freed = Math.max(0, before - usedBytes(engine)) + reclaimed(cached);
    call.print(`Total reclaimed space: ${humanSize(freed)}`);
    for (const line of [...pods.errors, ...errors]) call.warn(errorLine(line));
    return pods.errors.length + errors.length > 0 ? ExitCode.failed : 0;
  },
});

/** @throws {UsageError} As Podman, with what would remove more. */
async function pruneLeftovers(
  { flags: { all, filter, volumes }, print }: Call<typeof flags>,
  place: ContainerPlace,
): Promise<number> {
  if (all || volumes || filter.length > 0)
    throw new TspodError("system prune --external cannot be combined with other options");
  const before = usedBytes(place);
  await removeLeftovers(place.store);
  print(`Total reclaimed space: ${humanSize(Math.max(0, before - usedBytes(place)))}`);
  return 0;
}

const NO_PODS = { removed: [], errors: [] };

function warning({ all, volumes }: { all: boolean; volumes: boolean }): string {
  return [
    "WARNING! This command removes:",
    "\t- all stopped containers",
    "\t- all networks not used by at least one container",
    ...(volumes ? ["\t- all volumes not used by at least one container"] : []),
    all ? "\t- all images without at least one container associated with them" : "\t- all dangling images",
    "",
  ].join("\n");
}

/** Infra containers go with their pods. */
function isAlone({ record }: Container): boolean {
  return record.options.pod?.infra !== true;
}

/** As `system df` counts them. */
function usedBytes(place: ContainerPlace): number {
  const { imagesSize, containers, volumes } = diskUsage(place);
  return [...containers, ...volumes].reduce((sum, { size }) => sum + size, imagesSize);
}

function printList({ print }: Pick<Call, "print">, heading: string, lines: readonly string[]): void {
  for (const line of lines.length === 0 ? [] : [heading, ...lines]) print(line);
}
