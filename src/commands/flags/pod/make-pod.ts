import { statSync } from "node:fs";
import type { Call } from "../../../cli/define-command.ts";
import type { FlagTable } from "../../../cli/flags/flag.ts";
import { withFlagDefaults } from "../../../config/flag-defaults.ts";
import { TspodError } from "../../../errors.ts";
import type { NamedImage } from "../../../image/acquire/image-request.ts";
import type { ResourceOptions } from "../../../options/create-options.ts";
import { createPod } from "../../../pod/create-pod.ts";
import type { Pod } from "../../../pod/state/pods.ts";
import { runtimeOf, surroundingsOf } from "../create/surroundings-of.ts";
import { engineOf, imageEngineOf } from "../engine-of.ts";
import { checkIdFile, writeIdFile } from "../id-file.ts";
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
  if (file !== undefined) checkIdFile(file, call.cwd);
  // A bad flag is reported before a download, not after it.
  const checked = podFromFlags(flags, { ...surroundings, image: undefined }, undefined);
  checkDevices(checked.resources);
  warnOfUnheld(call, flags, given);
  const image = await infraImage(call, flags["infra-image"]);
  const request = podFromFlags(flags, { ...surroundings, image: undefined }, image);
  const pod = await createPod(engineOf(call), {
    ...request,
    infra: request.infra && { ...request.infra, image },
    runtime: runtimeOf(call),
    createCommand: call.argv,
  });
  if (file !== undefined) writeIdFile(file, call.cwd, pod.record.id);
  return pod;
}

/** @throws {TspodError} In Podman's words, if a limit is of what is no block device. */
function checkDevices({ blkioWeightDevice, deviceReadBps, deviceWriteBps }: ResourceOptions): void {
  for (const { path } of [...blkioWeightDevice, ...deviceReadBps, ...deviceWriteBps]) {
    const status = statSync(path, { throwIfNoEntry: false });
    if (status === undefined)
      throw new TspodError(`could not parse device ${path}: no such file or directory`);
    if (!status.isBlockDevice()) throw new TspodError(`${path}: not a block device`);
  }
}

/** What the members get by way of the infra container. */
const BY_INFRA = [
  ...["device", "gidmap", "hostname", "infra-conmon-pidfile"],
  ...["no-hostname", "pid", "security-opt", "shm-size", "shm-size-systemd", "subgidname", "subuidname"],
  ...["sysctl", "uidmap", "userns", "uts", "volume", "volumes-from"],
];

/** What the pod's cgroup has. */
const BY_CGROUP = [
  ...["blkio-weight", "blkio-weight-device", "cpu-shares", "cpus", "cpuset-cpus", "cpuset-mems"],
  ...["device-read-bps", "device-write-bps", "memory", "memory-swap"],
];

/** Podman takes these without a word, too; here the user learns that they do nothing. */
function warnOfUnheld<T extends FlagTable>(
  call: Call<T>,
  { infra, share, "share-parent": shareParent }: PodCreateFlags,
  given: ReadonlySet<string>,
): void {
  const named = (flags: readonly string[]) =>
    flags.filter((flag) => given.has(flag)).map((flag) => `--${flag}`);
  const hasInfra = infra && !(given.has("share") && (share === "" || share === "none"));
  const withoutInfra = hasInfra ? [] : named(BY_INFRA);
  if (withoutInfra.length > 0)
    call.warn(`WARN[0000] ${withoutInfra.join(", ")} do nothing for a pod without an infra container`);
  const withoutCgroup = shareParent ? [] : named(BY_CGROUP);
  if (withoutCgroup.length > 0)
    call.warn(`WARN[0000] ${withoutCgroup.join(", ")} do nothing for a pod with --share-parent=false`);
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
