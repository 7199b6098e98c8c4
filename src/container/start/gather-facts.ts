import { existsSync } from "node:fs";
import { TspodError } from "../../errors.ts";
import { givenRootfs } from "../../options/container-record.ts";
import type { CreateOptions } from "../../options/create-options.ts";
import type { MountRequest } from "../../options/mount-request.ts";
import { findProgram } from "../../os/find-program.ts";
import type { CgroupSupport } from "../../rootless/cgroup.ts";
import type { HostFacts, ResolvedMount } from "../../spec/host-facts.ts";
import type { InjectedDevices } from "../cdi/inject-devices.ts";
import type { ContainerRootfs } from "../rootfs/container-rootfs.ts";
import type { ImageMounts } from "../rootfs/image-mounts.ts";
import { resolveMounts } from "../rootfs/resolve-mounts.ts";
import type { Engine } from "../state/engine.ts";
import type { Container } from "../state/list.ts";
import { joinedNamespaces } from "./namespaces.ts";
import type { PlacedAccounts } from "./own-accounts.ts";
import { cgroupPlan } from "./plan/cgroup-plan.ts";
import type { NetworkPlan } from "./plan/network-plan.ts";
import { type CommonFacts, readDeviceNumbers, readHardLimits, readHostDevices } from "./read-host-facts.ts";
import { readSeccompProfile } from "./seccomp-profile.ts";
import { socketActivation } from "./socket-activation.ts";

/** What is decided of a run before anything is written. */
export interface RunDecisions {
  readonly images: ImageMounts;
  readonly cgroup: CgroupSupport;
  readonly rootfs: ContainerRootfs;
  readonly accounts: PlacedAccounts;
  readonly network: NetworkPlan;
}

/** What was written for a container: of the facts of the host, those that the runtime spec depends on. */
export type PlacedFacts = Pick<HostFacts, "passwdText" | "groupText" | "files">;

/**
 * The facts that the runtime spec of a container depends on, beside its options. Only reads.
 * @throws {TspodError} If something that the container was created with is not there any more.
 */
export async function gatherFacts(
  engine: Engine,
  { record, paths }: Container,
  {
    decisions: { cgroup, rootfs, network, images },
    common,
    placed,
  }: { readonly decisions: RunDecisions; readonly common: CommonFacts; readonly placed: PlacedFacts },
): Promise<HostFacts> {
  const { options } = record;
  const seccompProfile = readSeccompProfile(options);
  const activation = socketActivation(engine.env);
  const cdi = await deviceFacts(engine, options);
  const added = [...(cdi?.mounts ?? []), ...(await mountsForAll(engine, options, paths))];
  const mounts = added.length === 0 ? options.mounts : [...options.mounts, ...added];
  const resolved = await resolveMounts(engine.store, { ...record, options: { ...options, mounts } }, paths);
  const { files } = placed;
  const init = options.process.init ? { init: initBinary(options.process.initPath, engine.env.PATH) } : {};
  return {
    ...common,
    ...placed,
    files: { ...files, ...init },
    containerId: record.id,
    containerName: record.name,
    rootfs: givenRootfs(options) ?? rootfs.path,
    uid: engine.launch.uid,
    gid: engine.launch.gid,
    cgroup: cgroupPlan(cgroup, record),
    ...(seccompProfile === undefined ? {} : { seccompProfile }),
    namespaces: joinedNamespaces(engine, options, network.namespace),
    ...(activation !== undefined && { activation }),
    mounts: await inPlace(images.size === 0 ? resolved : await withImages(resolved, { images, paths }), {
      record,
      paths,
      rootfs,
    }),
    ...(cdi && { cdi }),
    hostDevices: readHostDevices(options),
    secretEnv: await environmentSecrets(engine, options),
    deviceNumbers: readDeviceNumbers(options),
    hardLimits: readHardLimits(options.ulimits),
    runtime: record.runtime.name,
  };
}

/** The first one that is there says what all containers get mounted; a user's own is before them. */
const MOUNTS_FILES: readonly string[] = ["/etc/containers/mounts.conf", "/usr/share/containers/mounts.conf"];

async function mountsForAll(
  { env, defaultMountsFile, warn }: Engine,
  options: CreateOptions,
  { directory }: Container["paths"],
): Promise<readonly MountRequest[]> {
  const own = env.HOME ? [`${env.HOME}/.config/containers/mounts.conf`] : [];
  const files = defaultMountsFile === undefined ? [...own, ...MOUNTS_FILES] : [defaultMountsFile];
  const file = files.find((path) => existsSync(path));
  if (file === undefined) return [];
  const { defaultMounts } = await import("../rootfs/default-mounts.ts");
  return defaultMounts(file, options, { into: `${directory}/default-mounts`, warn });
}

async function deviceFacts(
  { cdiDirectories }: Engine,
  { cdiDevices, process }: CreateOptions,
): Promise<InjectedDevices | undefined> {
  if (cdiDevices === undefined) return undefined;
  const { injectDevices } = await import("../cdi/inject-devices.ts");
  return injectDevices(cdiDevices, { directories: cdiDirectories, env: process.env });
}

async function inPlace(
  mounts: readonly ResolvedMount[],
  { record: { options }, paths, rootfs }: Pick<Container, "record" | "paths"> & Pick<RunDecisions, "rootfs">,
): Promise<readonly ResolvedMount[]> {
  if (mounts.length === 0) return mounts;
  const { withPlaces } = await import("../rootfs/mount-places.ts");
  const given = givenRootfs(options);
  const upper = `${paths.directory}/upper`;
  return withPlaces(mounts, given === undefined ? [upper, ...rootfs.lowers] : [given]);
}

async function environmentSecrets({ store }: Engine, options: CreateOptions): Promise<string[]> {
  if (options.secrets.length === 0) return [];
  const { secretEnv } = await import("./secrets.ts");
  return secretEnv(store, options);
}

async function withImages(
  mounts: readonly ResolvedMount[],
  surroundings: { readonly images: ImageMounts; readonly paths: Container["paths"] },
): Promise<ResolvedMount[]> {
  const { withImageSource } = await import("../rootfs/image-mounts.ts");
  return mounts.map((mount, index) => withImageSource(mount, { ...surroundings, index }));
}

/** Where Debian and others put a small init. @throws {TspodError} If none is there. */
function initBinary(asked: string | undefined, path: string | undefined): string {
  const candidates = asked === undefined ? ["catatonit", "/usr/libexec/podman/catatonit", "tini"] : [asked];
  for (const candidate of candidates) {
    const found = findProgram(candidate, path);
    if (found !== undefined) return found;
  }
  throw new TspodError(
    asked === undefined
      ? 'no init binary found for --init: install one with "apt-get install catatonit", or give its path with --init-path'
      : `container-init binary not found on the host: faccessat ${asked}: no such file or directory`,
  );
}
