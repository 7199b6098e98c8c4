import { resolve } from "node:path";
import type { Build, BuiltStage } from "../../../build/run/build.ts";
import { exportAsTar, exportToDirectory } from "../../../build/run/export.ts";
import { squash } from "../../../build/run/squash.ts";
import { type ImageOptions, nameBase, writeImage } from "../../../build/run/write-image.ts";
import { BUILDAH_VERSION } from "../../../config/product-version.ts";
import { TspodError } from "../../../errors.ts";
import { removeImageById } from "../../../image/remove.ts";
import { saveImages } from "../../../image/save.ts";
import { digestHex } from "../../../oci/digest.ts";
import { shortId } from "../../../oci/short-id.ts";
import { parseAnnotations, parseLabels } from "../../../options/parse/key-value.ts";
import { openArchiveOutput } from "../../../os/files/output-file.ts";
import { writeFileAtomic } from "../../../os/files/write-file-atomic.ts";
import type { Delivery } from "./delivery.ts";
import type { BuildCall } from "./inputs.ts";
import type { BuildOutput } from "./outputs.ts";
import { asksPlatform, targetPlatform } from "./settings.ts";

export type Image = Awaited<ReturnType<typeof writeImage>>;

/**
 * Make an image, files or an archive of the target.
 * @returns the image; undefined where only files were asked for
 */
export async function deliver(
  call: BuildCall,
  { build, target, delivery }: { build: Build; target: BuiltStage; delivery: Delivery },
): Promise<Image | undefined> {
  const { flags } = call;
  const wanted = flags["squash-all"] ? "all" : flags.squash || !flags.layers ? "new" : undefined;
  const result = wanted === undefined ? target : await squash(build, target, wanted);
  const { outputs, tags } = delivery;
  for (const output of outputs) await deliverTo(call, { build, result, output, tags });
  if (outputs.length > 0 && !outputs.some(({ type }) => type === "image")) return undefined;
  const options = imageOptions(call, delivery.names);
  const image = (await nameBase(build, result, options)) ?? (await writeImage(build, result, options));
  await writeTagged(call, image, { build, delivery });
  return image;
}

/** An image that was asked for in files only isn't kept in the store. */
async function writeTagged(
  call: BuildCall,
  image: Image,
  { build, delivery: { files } }: { build: Build; delivery: Delivery },
): Promise<void> {
  if (files.length === 0) return;
  const { store } = build.engine;
  const { pushToFiles } = await import("../../../image/push/push-to-files.ts");
  const { signal } = call;
  for (const { place, asked } of files)
    await pushToFiles(store, image, {
      place,
      asked,
      name: undefined,
      compress: false,
      note: () => undefined,
      signal,
    });
  if (image.names.length === 0) await removeImageById(store, image.id);
}

interface Delivering {
  readonly build: Build;
  readonly result: BuiltStage;
  readonly output: BuildOutput;
  readonly tags: Delivery["tags"];
}

async function deliverTo(call: BuildCall, delivering: Delivering): Promise<void> {
  const { build, result, output } = delivering;
  switch (output.type) {
    case "local":
      return await exportToDirectory(build, result, output.path);
    case "tar":
      return await toFile(call, output.path, (write) => exportAsTar(build, result, write));
    case "oci":
    case "docker":
      return await saveArchive(call, delivering);
    default:
      return undefined;
  }
}

/** To stdout without a path, which must not be a terminal. */
async function toFile(
  call: BuildCall,
  path: string | undefined,
  act: (write: (bytes: Uint8Array) => void) => Promise<void>,
): Promise<void> {
  if (path === undefined) {
    if (call.terminal.stdout) throw new TspodError("refusing to write a tar to the terminal: give dest=FILE");
    await act((bytes) => call.write(bytes));
    return;
  }
  using file = openArchiveOutput(path, { asked: path, overwrite: true });
  await act((bytes) => file.write(bytes));
  file.keep();
}

/** By way of an image that is taken away again, unless it is in the store for another reason. */
async function saveArchive(call: BuildCall, { build, result, output, tags }: Delivering): Promise<void> {
  if (output.type !== "oci" && output.type !== "docker") return;
  const { store } = build.engine;
  const image = await writeImage(build, result, imageOptions(call, []));
  const { path, isDirectory } = output;
  if (path === undefined && call.terminal.stdout) {
    throw new TspodError("refusing to write an archive to the terminal: give dest=FILE");
  }
  await saveImages(store, [{ image, names: tags }], {
    format: `${output.type}-${isDirectory ? "dir" : "archive"}`,
    layers: "stored",
    note: () => undefined,
    signal: call.signal,
    output: path === undefined ? (bytes) => call.write(bytes) : { path, asked: path },
  });
  if (image.names.length === 0) await removeImageById(store, image.id);
}

function imageOptions(call: BuildCall, names: readonly string[]): ImageOptions {
  const { flags } = call;
  const [name, ...otherNames] = names;
  return {
    name,
    otherNames,
    format: flags.format === "docker" ? "docker" : "oci",
    labels: parseLabels(flags.label),
    identity: identityOf(call),
    unsetLabels: flags.unsetlabel,
    unsetEnv: flags.unsetenv,
    annotations: parseAnnotations(flags.annotation),
    unsetAnnotations: flags.unsetannotation,
    notesCreation: flags["created-annotation"],
    platform: asksPlatform(call) ? targetPlatform(call) : undefined,
    osVersion: flags["os-version"],
    osFeatures: flags["os-feature"],
    omitHistory: flags["omit-history"],
  };
}

/**
 * Podman's label, which tools look for. An image that is to be the same everywhere has it only if asked for.
 */
function identityOf({ flags, given, env }: BuildCall): ImageOptions["identity"] {
  const isDated =
    flags.timestamp !== undefined || flags["source-date-epoch"] !== undefined || env.SOURCE_DATE_EPOCH;
  const isOn = flags["identity-label"] && (given.has("identity-label") || !isDated);
  return isOn ? { "io.buildah.version": BUILDAH_VERSION } : {};
}

/** What Podman prints at the end, and the files that were asked for. */
export function reportImage(call: BuildCall, image: Image, { names }: Delivery): void {
  const { quiet, iidfile, "iidfile-raw": raw, "metadata-file": metadata } = call.flags;
  const id = digestHex(image.id);
  call.log("debug", `created new image ID "${id}"`);
  if (!quiet) {
    call.print(["COMMIT", call.flags.tag[0]].filter(Boolean).join(" "));
    call.print(`--> ${shortId(id)}`);
    for (const name of names) call.print(`Successfully tagged ${name}`);
  }
  if (metadata !== undefined) writeText(resolve(call.cwd, metadata), metadataOf(image, names));
  if (iidfile !== undefined) writeText(resolve(call.cwd, iidfile), `sha256:${id}`);
  else if (raw !== undefined) writeText(resolve(call.cwd, raw), id);
  else call.print(id);
}

/** As BuildKit has it. */
function metadataOf({ id, manifestDigest, mediaType }: Image, names: readonly string[]): string {
  return `${JSON.stringify(
    {
      "containerimage.config.digest": id,
      "containerimage.descriptor": { mediaType, digest: manifestDigest },
      "containerimage.digest": manifestDigest,
      ...(names.length > 0 && { "image.name": names.join(",") }),
    },
    undefined,
    2,
  )}\n`;
}

function writeText(path: string, text: string): void {
  try {
    writeFileAtomic(path, text, { mode: 0o644 });
  } catch (cause) {
    throw new TspodError(`writing "${path}"`, { cause });
  }
}
