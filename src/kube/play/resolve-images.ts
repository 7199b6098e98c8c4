import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { NotFoundError, TspodError } from "../../errors.ts";
import type { NamedImage } from "../../image/acquire/image-request.ts";
import { imageForContainer } from "../../image/acquire/resolve-image.ts";
import type { PullPolicy } from "../../image/pull/pull.ts";
import { pullPolicyOf } from "../plan/pull-policy.ts";
import type { Workload } from "../plan/workloads.ts";
import { placeText } from "../read/document.ts";
import type { KubeContainer } from "../types/container.ts";
import { imageMissing, podContainers } from "./plan-pod.ts";
import type { PlayEngine, PlayOptions } from "./play-options.ts";

/** The directory with the Containerfile of an image that can be built. */
interface BuildPlace {
  readonly directory: string;
  readonly file: string;
}

export type ImageOptions = Pick<PlayOptions, "build" | "contextDirectory" | "quiet"> & {
  /** Credentials of imagePullSecrets; absent: as for any pull. */
  readonly authFile?: string | undefined;
};

/**
 * The images of all containers of a pod, and those that it mounts: built or pulled where they are not here.
 * @throws {TspodError} If one can't be had.
 */
export async function resolveImages(
  engine: PlayEngine,
  workload: Workload,
  options: ImageOptions,
): Promise<Map<KubeContainer, NamedImage>> {
  const found = new Map<KubeContainer, NamedImage>();
  for (const { container, place } of podContainers(workload)) {
    const { image, imagePullPolicy } = container;
    const where = placeText(workload.document, [...workload.path, ...place]);
    if (!image) throw new TspodError(where, { cause: imageMissing(container) });
    found.set(container, await imageOf(engine, image, { ...options, policy: imagePullPolicy }));
  }
  for (const { image } of workload.spec.volumes ?? [])
    if (image) await imageOf(engine, image.reference, { ...options, policy: image.pullPolicy });
  return found;
}

async function imageOf(
  engine: PlayEngine,
  text: string,
  options: ImageOptions & { readonly policy: string | null | undefined },
): Promise<NamedImage> {
  const place = options.build === false ? undefined : buildPlace(text, options.contextDirectory);
  const policy = pullPolicyOf(options.policy, text);
  if (place === undefined) return pulled(engine, text, { ...options, policy });
  if (options.build !== true) {
    const here = await ifHere(engine, text, options);
    if (here !== undefined) return here;
  }
  await engine.build({ ...place, tag: text });
  return pulled(engine, text, { ...options, policy: "never" });
}

/** A directory that is called as the image, without registry, path and tag. */
function buildPlace(text: string, contextDirectory: string): BuildPlace | undefined {
  const [name = ""] = (text.split("/").at(-1) ?? "").split(/[:@]/, 1);
  if (name === "" || name === "." || name === "..") return undefined;
  const directory = join(contextDirectory, name);
  const file = ["Containerfile", "Dockerfile"]
    .map((base) => join(directory, base))
    .find((path) => existsSync(path) && statSync(path).isFile());
  return file === undefined ? undefined : { directory, file };
}

async function ifHere(
  engine: PlayEngine,
  text: string,
  options: ImageOptions,
): Promise<NamedImage | undefined> {
  try {
    return await pulled(engine, text, { ...options, policy: "never" });
  } catch (error) {
    if (error instanceof NotFoundError) return undefined;
    throw error;
  }
}

function pulled(
  { images, registry }: PlayEngine,
  text: string,
  { policy, quiet, authFile }: Omit<ImageOptions, "build"> & { readonly policy: PullPolicy },
): Promise<NamedImage> {
  return imageForContainer(images, {
    text,
    policy,
    quiet,
    registry: { ...registry, ...(authFile !== undefined && { authFile }) },
    platform: { platform: undefined, os: undefined, arch: undefined, variant: undefined },
    beforePull: () => undefined,
  });
}
