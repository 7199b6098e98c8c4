import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import type { Engine } from "../../container/state/engine.ts";
import { TspodError } from "../../errors.ts";
import { digestHex } from "../../oci/digest.ts";
import { MS_RDONLY } from "../../os/mount.ts";
import { inDirectory } from "../../os/working-directory.ts";
import { rootfsDriver } from "../../storage/rootfs/rootfs-driver.ts";
import { leaseContent } from "../../storage/storage-lock.ts";
import { sweepTmp } from "../../storage/tmp-directory.ts";
import { writeOut } from "../../storage/tree/write-out.ts";
import type { CachedStep } from "../cache/cache-image.ts";
import type { ImportedCaches } from "../cache/imported-caches.ts";
import { fileDigests } from "../files/file-digests.ts";
import type { BuildGraph } from "../plan/graph.ts";
import type { Build, BuildSettings, BuiltStage, ImageLayer } from "./build.ts";
import { buildStage } from "./build-stage.ts";
import { type BuildName, openJournal, saveJournal } from "./journal.ts";
import { stageSlots } from "./stage-slots.ts";
import { openWorkshop, type Workshop } from "./workshop.ts";

export interface BuildRequest {
  readonly settings: BuildSettings;
  readonly graph: BuildGraph;
  readonly findImage: Build["findImage"];
  readonly report: Build["report"];
  readonly name: BuildName;
  /** Those of `--cache-from`. */
  readonly imported?: ImportedCaches | undefined;
}

/**
 * Build what the graph says, independent stages side by side. Steps that are done stay in the cache, whatever
 * comes after them; nothing else is left when this returns.
 * @param use makes something of the target, while its layers are sure to stay
 * @throws {FailedStepError} If a command fails.
 * @throws {TspodError} For all else that the Dockerfile or its files make impossible.
 */
export async function runBuild<T>(
  engine: Engine,
  request: BuildRequest,
  use: (build: Build, target: BuiltStage) => Promise<T>,
): Promise<T> {
  const { store } = engine;
  if (rootfsDriver(store) === "copy") {
    throw new TspodError(
      "building needs overlay mounts, which this kernel or file system does not give: install fuse-overlayfs",
    );
  }
  using _lease = await leaseContent(store);
  sweepTmp(store);
  using workshop = openWorkshop(engine);
  const failure = new AbortController();
  const signal = AbortSignal.any([request.settings.signal, failure.signal]);
  const build = newBuild(engine, { ...request, settings: { ...request.settings, signal } }, workshop);
  const stages = request.graph.stages.map(({ stage }) => build.stage(stage.index));
  for (const stage of stages) stage.catch((error: unknown) => failure.abort(error));
  const settled = await Promise.allSettled(stages);
  build.digests.save();
  saveJournal(store, build.journal.read());
  if (failure.signal.aborted) {
    request.settings.signal.throwIfAborted();
    throw failure.signal.reason;
  }
  await Promise.all(settled.flatMap((each) => (each.status === "fulfilled" ? committedOf(each.value) : [])));
  return await use(build, await build.stage(request.graph.target.index));
}

function committedOf({ layers }: BuiltStage): Promise<unknown>[] {
  return layers.map(({ committed }) => committed);
}

function newBuild(
  engine: Engine,
  { settings, graph, findImage, report, name, imported }: BuildRequest,
  workshop: Workshop,
): Build {
  const stages = new Map<number, Promise<BuiltStage>>();
  const views = new Map<string, string>();
  const slots = stageSlots(settings.jobs);
  const build: Build = {
    engine,
    workshop,
    settings,
    graph,
    findImage: onceForEach(findImage),
    report,
    journal: openJournal(graph, {
      name,
      noCache: settings.noCache !== undefined && settings.noCache.length > 0,
    }),
    imported,
    keptSteps: keptSteps(),
    writeOut: writeOut(engine.store.root),
    digests: fileDigests(engine.store, settings.context?.path ?? ""),
    stage(index) {
      const known = stages.get(index);
      if (known !== undefined) return known;
      const planned = graph.stages.find(({ stage }) => stage.index === index) ?? graph.planned(index);
      const built = slots(
        planned.needs.map((need) => build.stage(need)),
        () => buildStage(build, planned),
      );
      stages.set(index, built);
      return built;
    },
    view(layers) {
      const key = layers.at(-1)?.chainId ?? "";
      const path = views.get(key) ?? mountView(workshop, layers);
      views.set(key, path);
      return path;
    },
  };
  return build;
}

function keptSteps(): Build["keptSteps"] {
  const steps = new Map<number, readonly CachedStep[]>();
  return {
    note: (stage, step) => void steps.set(stage, [...(steps.get(stage) ?? []), step]),
    of: (stage) => steps.get(stage) ?? [],
  };
}

/** An image that several stages stand on is looked for once. */
function onceForEach(find: Build["findImage"]): Build["findImage"] {
  const found = new Map<string, ReturnType<Build["findImage"]>>();
  return (name, platform) => {
    const key = JSON.stringify([name, platform]);
    const image = found.get(key) ?? find(name, platform);
    found.set(key, image);
    return image;
  };
}

/** Read-only, in this call's own mount namespace, with which it ends. */
function mountView(workshop: Workshop, layers: readonly ImageLayer[]): string {
  const directory = workshop.directory("mount");
  const path = join(directory, "merged");
  const links = join(directory, "lower");
  mkdirSync(path);
  mkdirSync(links);
  const { store } = workshop.engine;
  for (const [index, { chainId }] of layers.toReversed().entries()) {
    workshop.show(chainId);
    symlinkSync(join(store.layers, digestHex(chainId), "fs"), join(links, String(index)));
  }
  // Overlayfs wants two directories at least where there is no upper one.
  mkdirSync(join(links, "empty"));
  const names = [...layers.keys(), "empty"].join(":");
  if (layers.length === 0) return path;
  inDirectory(links, () =>
    workshop.mount("overlay", path, {
      type: "overlay",
      flags: MS_RDONLY,
      data: `lowerdir=${names},userxattr`,
    }),
  );
  return path;
}
