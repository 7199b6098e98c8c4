import { existsSync, writeFileSync } from "node:fs";
import type { Call } from "../../../cli/define-command.ts";
import type { FlagTable } from "../../../cli/flags/flag.ts";
import { withFlagDefaults } from "../../../config/flag-defaults.ts";
import { TspodError } from "../../../errors.ts";
import type { NamedImage } from "../../../image/acquire/image-request.ts";
import { createPod } from "../../../pod/create-pod.ts";
import type { Pod } from "../../../pod/state/pods.ts";
import { runtimeOf, surroundingsOf } from "../create/surroundings-of.ts";
import { imageEngineOf } from "../engine-of.ts";
import { podEngineOf } from "./pod-engine-of.ts";
import type { PodCreateFlags } from "./pod-flags.ts";
import { podFromFlags } from "./pod-from-flags.ts";

/**
 * Make a pod as flags ask for it; its infra image, where that is not our own, is found or pulled first.
 * @param given long names of the flags that were given for the pod
 */
export async function makePod<T extends FlagTable>(
  call: Call<T>,
  asked: PodCreateFlags,
  given: ReadonlySet<string>,
): Promise<Pod> {
  const { flags } = withFlagDefaults(asked, given, call.conf);
  const surroundings = { ...surroundingsOf(call), given };
  const file = flags["pod-id-file"];
  if (file !== undefined && existsSync(file))
    throw new TspodError(`pod id file exists. Ensure another pod is not using it or delete ${file}`);
  // A bad flag is reported before a download, not after it.
  podFromFlags(flags, { ...surroundings, image: undefined }, undefined);
  const image = await infraImage(call, flags["infra-image"]);
  const request = podFromFlags(flags, { ...surroundings, image: undefined }, image);
  const pod = await createPod(podEngineOf(call), {
    ...request,
    infra: request.infra && { ...request.infra, image },
    runtime: runtimeOf(call),
    createCommand: call.argv,
  });
  if (file !== undefined) writePodIdFile(file, pod.record.id);
  return pod;
}

async function infraImage<T extends FlagTable>(
  call: Call<T>,
  text: string | undefined,
): Promise<NamedImage | undefined> {
  if (!text) return undefined;
  const { imageForContainer } = await import("../../../image/acquire/resolve-image.ts");
  return imageForContainer(imageEngineOf(call), {
    text,
    policy: "missing",
    quiet: true,
    registry: {},
    platform: { os: undefined, arch: undefined, variant: undefined, platform: undefined },
    beforePull: () => undefined,
  });
}

function writePodIdFile(path: string, id: string): void {
  try {
    writeFileSync(path, id, { flag: "wx" });
  } catch (cause) {
    throw new TspodError(`writing the pod's ID to "${path}"`, { cause });
  }
}
