import type { Digest } from "../../oci/digest.ts";
import { cacheKey } from "../../storage/build-cache/cache-records.ts";
import { type ContentOptions, contentDigest } from "../files/content-digest.ts";
import type { FetchedSources } from "../files/fetched-sources.ts";
import { findSources } from "../files/find-sources.ts";
import { openRoot, openSource, type Source, type SourceRoot } from "../files/source-root.ts";
import { type SourceTree, sourceTree } from "../files/source-trees.ts";
import { parseIgnorePattern } from "../parse/ignore-rules.ts";
import type { CopyStep, RunStep, WorkdirStep } from "../plan/step.ts";
import type { Build, BuildSettings, ImageLayer } from "./build.ts";
import type { StepFacts } from "./journal.ts";

/**
 * Of a COPY or ADD all but the contents: where no step of this family was ever done, none of these contents
 * was, and they need not be read before they are copied.
 */
export function copyFamily(build: Build, step: CopyStep, place: StepPlace): Digest {
  return cacheKey([...common(build, place), "family", step]);
}

/**
 * Of a COPY or ADD what the instruction says, whatever it stands on: the next one of this lineage is likely
 * to have most of its files.
 */
export function copyLineage(step: CopyStep): Digest {
  return cacheKey(["lineage", step]);
}

/** What a step's result depends on, in up to two ways: a record of either is one of this step. */
export interface StepKeys {
  /** By the identity of the trees that it takes files from: known without looking at one. */
  readonly first: Digest;
  /** By the content of what it takes from them, which may be the same in another tree. */
  readonly second: () => Promise<Digest | undefined>;
  /** The same in words, for those who ask why a step was done again. */
  readonly facts: () => Promise<StepFacts>;
}

export interface StepPlace {
  readonly layers: readonly ImageLayer[];
  /** Of the stage. */
  readonly index: number;
}

/** What the whole build does to every step. */
function common(build: Build, { layers }: StepPlace): unknown[] {
  return [layers.at(-1)?.chainId ?? "", build.settings.time ?? null];
}

export function workdirKeys(build: Build, step: WorkdirStep, place: StepPlace): StepKeys {
  const first = cacheKey([...common(build, place), "workdir", step.path, step.user]);
  const facts = async () => ({ ...commonFacts(build, place), workdir: step.path, user: step.user });
  return { first, second: async () => undefined, facts };
}

function commonFacts(build: Build, { layers }: StepPlace): StepFacts {
  return { base: layers.at(-1)?.chainId ?? "", time: JSON.stringify(build.settings.time ?? null) };
}

/**
 * Everything that a command sees: its words, variables, user, directory, network and mounts. Of secrets only
 * that they are there; of caches nothing but their place; of proxies, limits and addresses nothing.
 */
export async function runKeys(build: Build, step: RunStep, place: StepPlace): Promise<StepKeys> {
  const { options, platform } = build.settings;
  const { mounts, ...rest } = step;
  const hosts = options.network.addHost.map((each) => each.split(":")[0]).sort();
  const parts = [
    ...common(build, place),
    "run",
    rest,
    mounts,
    hosts,
    options.hostname ?? "",
    platform,
    rights(options),
  ];
  const trees = await Promise.all(
    mounts.map(async (mount) =>
      mount.type === "bind" || (mount.type === "cache" && mount.from !== undefined)
        ? { mount, tree: await sourceTree(build, mount.from, place.index) }
        : undefined,
    ),
  );
  const sources = trees.filter((each) => each !== undefined);
  const identify = async (byContent: boolean): Promise<unknown[]> => {
    const found: unknown[] = [];
    for (const { mount, tree } of sources) {
      found.push((byContent ? undefined : tree.id) ?? (await mountedContent(build, mount.source, tree)));
    }
    return found;
  };
  const hasTrees = sources.some(({ tree }) => tree.id !== undefined);
  const identity = await identify(false);
  const { argv, env, script, ...more } = rest;
  return {
    facts: async () => ({
      ...commonFacts(build, place),
      command: JSON.stringify([argv, script ?? null]),
      environment: JSON.stringify(env),
      user: more.user,
      workdir: more.workdir,
      "network and security": `${more.network}, ${more.security}`,
      mounts: cacheKey([mounts, identity]),
      "list of extra hosts": hosts.join(" "),
      platform: JSON.stringify(platform),
      "list of rights": JSON.stringify(rights(options)),
    }),
    first: cacheKey([...parts, identity]),
    second: async () => (hasTrees ? cacheKey([...parts, await identify(true)]) : undefined),
  };
}

/** What a command may do and use, as far as the command line says it. */
function rights({ security, ulimits, devices }: BuildSettings["options"]): unknown[] {
  const { capAdd, capDrop, seccomp, raw } = security;
  return [capAdd, capDrop, seccomp ?? null, raw, ulimits, devices];
}

async function mountedContent(build: Build, path: string, tree: SourceTree): Promise<string> {
  using undo = new DisposableStack();
  const root = undo.use(openRoot(tree.open()));
  return await contentDigest(openSource(root, path, undo), {
    rules: { ignore: root.rules, exclude: [] },
    digests: build.digests,
    keepsOwners: root.keepsOwners,
  });
}

/** What a COPY or ADD takes from a tree, by its contents; undefined: it takes nothing from one. */
export interface CopyPlace extends StepPlace {
  /** What stands for sources that are not in a tree. */
  readonly fetched: FetchedSources;
}

/**
 * @param known the contents as they were copied; absent: they are read
 */
export async function copyKeys(
  build: Build,
  step: CopyStep,
  { place, known }: { place: CopyPlace; known?: readonly unknown[] },
): Promise<StepKeys> {
  const { fetched } = place;
  const { checksum: _, ...rest } = step;
  const parts = [...common(build, place), rest];
  const tree = fetched.words.length === 0 ? undefined : await sourceTree(build, step.from, place.index);
  const contents = once(
    async (): Promise<unknown[]> => [
      ...(known ??
        (tree === undefined ? [] : await copiedContents(build, step, { tree, words: fetched.words }))),
      ...fetched.digests,
    ],
  );
  const facts = async (): Promise<StepFacts> => ({
    ...commonFacts(build, place),
    words: JSON.stringify([rest.sources, rest.destination, rest.chown, rest.chmod, rest.files]),
    contents: cacheKey(tree?.id ?? (await contents())),
  });
  if (tree?.id === undefined) {
    return { first: cacheKey([...parts, await contents()]), second: async () => undefined, facts };
  }
  return {
    first: cacheKey([...parts, tree.id]),
    second: async () => cacheKey([...parts, await contents()]),
    facts,
  };
}

function once<T>(act: () => Promise<T>): () => Promise<T> {
  let done: Promise<T> | undefined;
  return () => {
    done ??= act();
    return done;
  };
}

/** Names count as the instruction has them, contents as they are. */
async function copiedContents(
  build: Build,
  step: CopyStep,
  { tree, words }: { tree: SourceTree; words: readonly string[] },
): Promise<unknown[]> {
  using undo = new DisposableStack();
  const root = undo.use(openRoot(tree.open()));
  const options = contentOptions(build, step, root);
  const contents: unknown[] = [];
  for (const source of findSources(root, words, { deep: step.parents, undo })) {
    contents.push(contentOf(step, source, await contentDigest(source, options)));
  }
  return contents;
}

/** What identifies the content of a source. */
export function contentOptions(build: Build, { excludes }: CopyStep, root: SourceRoot): ContentOptions {
  const rules = { ignore: root.rules, exclude: excludes.map(parseIgnorePattern) };
  return { rules, digests: build.digests, keepsOwners: root.keepsOwners };
}

/** One source in a key. @param digest of its content */
export function contentOf({ parents }: CopyStep, source: Source, digest: string): unknown {
  return [parents ? source.written : source.isDirectory ? "" : source.name, digest];
}
