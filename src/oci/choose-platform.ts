import { TspodError } from "../errors.ts";
import type { Descriptor } from "./descriptor.ts";
import { isZstdEntry } from "./list-compression.ts";
import type { Platform } from "./platform.ts";
import { ownValue } from "./shape.ts";

/** Node's process.arch in Go's words; a name that isn't here is the same in both. */
const ARCHITECTURES: Readonly<Record<string, string>> = { x64: "amd64", ia32: "386", ppc64: "ppc64le" };

/** The variants that a choice of the architecture without a variant can run, newest first. */
const VARIANTS: Readonly<Record<string, readonly string[]>> = {
  arm: ["v8", "v7", "v6", "v5"],
  arm64: ["v8"],
};

/**
 * The platform that images are chosen for when nothing else is asked for.
 * @param arch process.arch
 * @param armVersion process.config.variables.arm_version, on arm only
 */
export function hostPlatform(arch: string, armVersion?: string): Platform {
  const architecture = ownValue(ARCHITECTURES, arch) ?? arch;
  const variant =
    architecture === "arm64" ? "v8" : architecture === "arm" ? `v${armVersion ?? "7"}` : undefined;
  return { os: "linux", architecture, ...(variant !== undefined && { variant }) };
}

/**
 * The host's platform with the user's choice laid over it. A variant belongs to its architecture, so the
 * host's own is dropped when another architecture is asked for.
 */
export function wantedPlatform(
  host: Platform,
  asked: { readonly os?: string; readonly architecture?: string; readonly variant?: string },
): Platform {
  const architecture = normaliseArchitecture(asked.architecture ?? host.architecture);
  const variant = asked.variant ?? (architecture === host.architecture ? host.variant : undefined);
  return { os: asked.os ?? host.os, architecture, ...(variant !== undefined && { variant }) };
}

/**
 * `os[/arch[/variant]]`, as --platform takes it.
 * @throws {TspodError} If there are more or empty parts.
 */
export function parsePlatform(text: string): { os: string; architecture?: string; variant?: string } {
  const [os = "", architecture, variant, ...more] = text.split("/");
  if (os === "" || architecture === "" || variant === "" || more.length > 0) {
    throw new TspodError(`invalid platform "${text}": expected OS[/ARCH[/VARIANT]]`);
  }
  return {
    os,
    ...(architecture !== undefined && { architecture }),
    ...(variant !== undefined && { variant }),
  };
}

/**
 * The entry of an index to use on `wanted`: of those with the best variant the first, in the index's order,
 * whose layers are zstd's, otherwise the first; where none fits the first that says no platform, as with
 * containers/image. Attestations (`unknown/unknown`) never match.
 * @throws {TspodError} If there is none.
 */
export function choosePlatform(manifests: readonly Descriptor[], wanted: Platform): Descriptor {
  const fitting = manifests.filter(
    ({ platform }) =>
      platform?.os === wanted.os && normaliseArchitecture(platform.architecture) === wanted.architecture,
  );
  for (const variant of candidateVariants(wanted)) {
    const found = fitting.filter(
      ({ platform }) => variant === undefined || (platform?.variant ?? "") === variant,
    );
    const [best] = [...found.filter(isZstdEntry), ...found];
    if (best !== undefined) return best;
  }
  const unsaid = manifests.find(({ platform }) => platform === undefined);
  if (unsaid !== undefined) return unsaid;
  throw new TspodError(
    `no image found in image index for architecture ${wanted.architecture}, variant "${wanted.variant ?? ""}", OS ${wanted.os}`,
  );
}

/** Whether an image of `platform` may be used where `wanted` was asked for. */
export function platformFits(platform: Platform, wanted: Platform): boolean {
  if (platform.os !== wanted.os || normaliseArchitecture(platform.architecture) !== wanted.architecture)
    return false;
  return candidateVariants(wanted).some(
    (variant) => variant === undefined || variant === (platform.variant ?? ""),
  );
}

/** Variants to try in turn, as containers/image does; `undefined` takes any. "" is one that says none. */
function candidateVariants({ architecture, variant }: Platform): readonly (string | undefined)[] {
  if (variant === undefined) return ["", ...(ownValue(VARIANTS, architecture) ?? []), undefined];
  const older = ownValue(VARIANTS, architecture) ?? [];
  const position = older.indexOf(variant);
  return [...(position < 0 ? [variant] : older.slice(position)), ""];
}

/** Other names that people and some images use for Go's architectures. */
function normaliseArchitecture(name: string): string {
  switch (name) {
    case "x86_64":
    case "x86-64":
      return "amd64";
    case "aarch64":
      return "arm64";
    case "i386":
    case "i686":
      return "386";
    case "armhf":
    case "armel":
      return "arm";
    default:
      return name;
  }
}
