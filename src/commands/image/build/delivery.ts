import { join, resolve } from "node:path";
import { TspodError, UsageError } from "../../../errors.ts";
import type { FilePlace } from "../../../image/push/push-to-files.ts";
import { referenceFault } from "../../../oci/reference.ts";
import { parseImagePlace, transportOf } from "../../../options/parse/image-place.ts";
import { localImageName } from "../../flags/local-image-name.ts";
import type { BuildCall } from "./inputs.ts";
import { type BuildOutput, parseOutputs } from "./outputs.ts";

/** What a build's result is made into. */
export interface Delivery {
  /** Full references. */
  readonly names: readonly string[];
  /** Those of them that `--tag` gives: an archive has them, too. */
  readonly tags: readonly string[];
  /** `--tag` of a transport of files: what is written beside, or in place of, an image in the store. */
  readonly files: readonly TaggedFile[];
  /** Those of them that are pushed, or the list that the image is added to. */
  readonly pushed: readonly string[];
  /** Empty: an image in the store. */
  readonly outputs: readonly BuildOutput[];
}

/** A place in files, its path absolute. */
export interface TaggedFile {
  readonly place: FilePlace;
  /** The path as the user typed it. */
  readonly asked: string;
}

/** @throws {UsageError} If an output makes no sense. @throws {TspodError} If a name is no reference. */
export function deliveryOf({ flags, cwd }: BuildCall): Delivery {
  const outputs = parseOutputs(flags.output, cwd);
  const images = outputs.flatMap((output) => (output.type === "image" ? [output] : []));
  const places = flags.tag.map((text) => taggedFile(text, cwd) ?? tagName(text));
  const files = places.filter((place) => typeof place !== "string");
  const tags = places.filter((place) => typeof place === "string");
  const list = flags.manifest === undefined ? [] : [localImageName(flags.manifest)];
  const more = images.flatMap((output) => output.names.map((text) => localImageName(text)));
  const isPushed = flags.push || images.some(({ push }) => push);
  const pushed = flags.push ? [...(list.length > 0 ? list : tags), ...more] : pushedBy(images, tags);
  if (isPushed && pushed.length === 0)
    throw new UsageError("a tag is needed when pushing to a registry: give --tag NAME, or name= in --output");
  return { names: [...tags, ...more], tags, files, pushed: [...new Set(pushed)], outputs };
}

/** @returns undefined where the text names an image in the store */
function taggedFile(text: string, cwd: string): TaggedFile | undefined {
  const transport = transportOf(text);
  if (transport === undefined) return undefined;
  const place = parseImagePlace(text);
  if (place.transport === "containers-storage") return undefined;
  if (place.transport === "docker")
    throw new UsageError(`--tag "${text}": an image is pushed to a registry with --push`);
  return { place: { ...place, path: resolve(cwd, place.path) }, asked: place.path };
}

/** @throws {TspodError} In the words of Podman's `build`, not its `tag`'s, if it is no reference. */
function tagName(asked: string): string {
  const text = asked.replace(/^containers-storage:/, "");
  const fault = referenceFault(text);
  if (fault === undefined) return localImageName(text);
  const form = "invalid reference format";
  throw new TspodError(`tag ${text}: ${fault.startsWith(form) ? fault : `${form}: ${fault}`}`);
}

/** An output without names pushes those of `--tag`. */
function pushedBy(
  images: readonly Extract<BuildOutput, { type: "image" }>[],
  tags: readonly string[],
): readonly string[] {
  return images.flatMap(({ push, names }) =>
    !push ? [] : names.length > 0 ? names.map((text) => localImageName(text)) : tags,
  );
}

/**
 * The delivery of one of several builds: the names become those of the list, and files go to a directory of
 * their own.
 * @throws {UsageError} If an output has room for one platform only.
 */
export function forPlatform(delivery: Delivery, platform: string): Delivery {
  const outputs = delivery.outputs.map((output): BuildOutput => {
    if (output.type === "local") return { ...output, path: join(output.path, platform.replaceAll("/", "_")) };
    if (output.type === "image" || output.type === "cacheonly") return output;
    throw new UsageError(
      `--output type=${output.type} takes one platform: build for one at a time, or use type=local`,
    );
  });
  const [file] = delivery.files;
  if (file !== undefined)
    throw new UsageError(
      `--tag "${file.place.transport}:${file.asked}" takes one platform: build for one at a time`,
    );
  return { names: [], tags: [], files: [], pushed: [], outputs };
}
