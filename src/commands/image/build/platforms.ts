import type { Dockerfile } from "../../../build/parse/dockerfile.ts";
import { planGraph } from "../../../build/plan/graph.ts";
import { TspodError } from "../../../errors.ts";
import { hostPlatform } from "../../../oci/choose-platform.ts";
import { platformText } from "../../../oci/platform.ts";
import { registryOptions } from "../../flags/registry-flags.ts";
import { buildArgs } from "./build-args.ts";
import type { BuildCall } from "./inputs.ts";
import { namedContexts, targetPlatform } from "./settings.ts";

/**
 * The platforms that images are built for, as text; an empty list where one at most is asked for, since its
 * image needs no list of images.
 * @throws {TspodError} If the base images have no platform in common.
 */
export async function askedPlatforms(call: BuildCall, dockerfile: Dockerfile): Promise<readonly string[]> {
  const { platform, "all-platforms": all } = call.flags;
  if (!all) return platform.length > 1 ? [...new Set(platform)] : [];
  const bases = baseImages(call, dockerfile);
  // Imported here, since the module loads the registry client.
  const { imagePlatforms } = await import("../../../image/platforms.ts");
  const sets = await Promise.all(
    bases.map(async (name) => {
      const found = await imagePlatforms(call.store(), name, {
        ...registryOptions(call),
        all: true,
        platform: hostPlatform(process.arch),
        signal: call.signal,
      });
      return found.map(platformText);
    }),
  );
  const [first = [], ...rest] = sets;
  const common = first.filter((each) => rest.every((others) => others.includes(each)));
  if (common.length > 0) return common;
  throw new TspodError(
    bases.length === 0
      ? "--all-platforms: there is no base image that says platforms: name them with --platform"
      : `--all-platforms: the base images have no platform in common: ${bases.join(", ")}`,
  );
}

/** Of the stages that are needed, without those that say a platform themselves. */
function baseImages(call: BuildCall, dockerfile: Dockerfile): string[] {
  const graph = planGraph(dockerfile, {
    target: call.flags.target,
    given: buildArgs(call),
    contexts: new Set(namedContexts(call.flags["build-context"], call.cwd).keys()),
    buildPlatform: hostPlatform(process.arch),
    targetPlatform: targetPlatform(call),
    firstImage: call.flags.from,
  });
  const names = graph.stages.flatMap(({ base, platform }) =>
    base.kind === "image" && platform === undefined ? [base.name] : [],
  );
  return [...new Set(names)];
}
