import { join } from "node:path";
import type { Call } from "../../cli/define-command.ts";
import { withFlagDefaults } from "../../config/flag-defaults.ts";
import { imageStorePaths, imageStoresIn } from "../../config/image-stores.ts";
import { knownRuntimes } from "../../config/known-runtimes.ts";
import { BUILDAH_VERSION, ownVersion } from "../../config/product-version.ts";
import { defaultLogDriver } from "../../container/create/default-log-driver.ts";
import { readCommonFacts } from "../../container/start/read-host-facts.ts";
import { listContainers } from "../../container/state/list.ts";
import { NotFoundError } from "../../errors.ts";
import { listAllImages } from "../../image/images.ts";
import { searchRegistries } from "../../image/search-registries.ts";
import { DEFAULT_CAPABILITIES } from "../../oci/capability.ts";
import { hostPlatform } from "../../oci/choose-platform.ts";
import type { IdMapEntry } from "../../oci/id-maps.ts";
import { parseLogOptions } from "../../options/parse/log-options.ts";
import { findProgram } from "../../os/find-program.ts";
import { libDirectory } from "../../os/program-files.ts";
import { goMap } from "../../podman/go/value.ts";
import { emulatedPlatforms } from "../../system/emulated-platforms.ts";
import { cgroupInfo, fileSystemUse, readHostInfo, readProgramInfo } from "../../system/host-info.ts";
import { hostRuntime } from "../../system/host-runtime.ts";
import { networkPlaceSettings } from "../flags/network-settings.ts";
import { clientVersion } from "./client-version.ts";

type InfoCall = Pick<Call, "store" | "root" | "runtimeDirectory" | "env" | "launch" | "globalFlags" | "conf">;

/** All that `info` prints, under podman's keys. */
export async function gatherInfo(call: InfoCall) {
  return {
    host: await hostSection(call),
    plugins: {
      authorization: null,
      log: ["k8s-file", "json-file", "journald", "none", "passthrough"],
      network: ["bridge", "macvlan", "ipvlan", "slirp4netns", "host", "none"],
      volume: ["local"],
    },
    registries: goMap({ search: searchRegistries(call.env) }),
    store: storeSection(call),
    version: clientVersion(call.launch.name),
  };
}

async function hostSection(call: InfoCall) {
  const host = readHostInfo();
  const cgroup = cgroupInfo({
    env: call.env,
    uid: call.launch.uid,
    manager: call.globalFlags["cgroup-manager"],
  });
  const { os, architecture } = hostPlatform(process.arch);
  const { uidMap, gidMap } = readCommonFacts();
  const emulated = emulatedPlatforms();
  return {
    arch: architecture,
    buildahVersion: BUILDAH_VERSION,
    cgroupControllers: cgroup.controllers,
    cgroupManager: cgroup.manager,
    cgroupVersion: cgroup.version,
    conmon: {
      package: "tspod, whose monitor is in conmon's place",
      path: join(libDirectory, "tspod-monitor"),
      version: `tspod-monitor version ${ownVersion()}`,
    },
    cpuUtilization: {
      idlePercent: host.cpuUsage.idle,
      systemPercent: host.cpuUsage.system,
      userPercent: host.cpuUsage.user,
    },
    cpus: host.cpus,
    distribution: {
      ...(host.distribution.codename === "" ? {} : { codename: host.distribution.codename }),
      distribution: host.distribution.name,
      version: host.distribution.version,
    },
    ...(emulated.length === 0 ? {} : { emulatedArchitectures: emulated }),
    eventLogger: call.globalFlags["events-backend"] === "none" ? "none" : "file",
    freeLocks: null,
    databaseBackend: "file",
    hostname: host.hostname,
    idMappings: { gidmap: gidMap.map(idMapping), uidmap: uidMap.map(idMapping) },
    kernel: host.kernel,
    logDriver: logDriverOf(call),
    memFree: host.memoryFree,
    memTotal: host.memoryTotal,
    networkBackend: "netavark",
    networkBackendInfo: networkBackendSection(call),
    ociRuntime: await runtimeSection(call),
    os,
    pasta: await programSection("pasta", call.env.PATH),
    linkmode: "static",
    remoteSocket: { exists: false, path: join(call.env.XDG_RUNTIME_DIR ?? "/run", "podman/podman.sock") },
    rootlessNetworkCmd: "slirp4netns",
    security: {
      // What the host has is not put on containers: tspod labels and confines none.
      apparmorEnabled: false,
      capabilities: DEFAULT_CAPABILITIES.join(","),
      rootless: true,
      seccompEnabled: host.seccomp,
      seccompProfilePath: join(libDirectory, "seccomp.json"),
      selinuxEnabled: false,
    },
    serviceIsRemote: false,
    slirp4netns: await programSection(call.globalFlags["network-cmd-path"] ?? "slirp4netns", call.env.PATH),
    swapFree: host.swapFree,
    swapTotal: host.swapTotal,
    uptime: host.uptime,
    variant: "",
  };
}

/**
 * As a container of this call's would have it; what containers.conf says is shown, whether it is a driver or
 * none.
 */
function logDriverOf({ conf, env, launch }: InfoCall): string {
  const { flags } = withFlagDefaults({ "log-driver": "", "log-opt": [] }, new Set(), conf);
  const fallback = defaultLogDriver({ env, uid: launch.uid });
  return flags["log-driver"] || parseLogOptions("", flags["log-opt"], fallback).driver;
}

function storeSection(call: InfoCall) {
  const store = call.store();
  const containers = listContainers({ store, runtimeDirectory: call.runtimeDirectory });
  const count = (...statuses: string[]): number =>
    containers.filter(({ state }) => statuses.includes(state.status)).length;
  const { allocated, used, name } = fileSystemUse(call.root);
  return {
    configFile: join(
      call.env.XDG_CONFIG_HOME ?? join(call.env.HOME ?? "/", ".config"),
      "containers/storage.conf",
    ),
    containerStore: {
      number: containers.length,
      paused: count("paused"),
      running: count("running"),
      stopped: count("created", "initialized", "exited", "stopping"),
    },
    graphDriverName: "overlay",
    graphOptions: goMap(graphOptions(call)),
    graphRoot: call.root,
    graphRootAllocated: allocated,
    graphRootUsed: used,
    graphStatus: goMap({
      "Backing Filesystem": name,
      "Native Overlay Diff": "true",
      "Supports d_type": "true",
      "Supports shifting": "false",
      "Supports volatile": "true",
      "Using metacopy": "false",
    }),
    imageCopyTmpDir: store.tmp,
    imageStore: { number: listAllImages(store).length },
    runRoot: call.runtimeDirectory,
    transientStore: false,
    volumePath: call.globalFlags.volumepath ?? store.volumes,
  };
}

/** As Podman has them: the list of all stores, and the last one that --storage-opt names. */
function graphOptions({ globalFlags, conf }: InfoCall): Record<string, unknown> {
  const stores = imageStorePaths(globalFlags, conf);
  if (stores.length === 0) return {};
  const last = globalFlags["storage-opt"].flatMap((option) => imageStoresIn(option) ?? []).at(-1);
  return {
    "overlay.additionalImageStores": stores,
    ...(last !== undefined && { "overlay.imagestore": last }),
  };
}

async function runtimeSection({ conf, globalFlags, env }: InfoCall) {
  try {
    const { name, path } = hostRuntime(globalFlags.runtime, {
      path: env.PATH,
      known: knownRuntimes(conf),
    });
    const { package: owner, version } = await readProgramInfo(path);
    return { name, package: owner, path, version };
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
    return { name: "", package: "", path: "", version: error.message };
  }
}

/** Clients know one backend; what does its work is our own. */
function networkBackendSection(call: InfoCall) {
  const version = `tspod ${ownVersion()}`;
  return {
    backend: "netavark",
    version,
    package: "tspod, which makes networks itself",
    path: join(libDirectory, "tspod-monitor"),
    dns: {
      version,
      package: "tspod, which answers names itself",
      path: join(libDirectory, "tspod-network"),
    },
    defaultNetwork: networkPlaceSettings(call).settings.defaultName,
  };
}

async function programSection(program: string, path: string | undefined) {
  const executable = findProgram(program, path);
  if (executable === undefined) return { executable: "", package: "", version: "" };
  return { executable, ...(await readProgramInfo(executable)) };
}

function idMapping({ containerId, hostId, size }: IdMapEntry) {
  return { container_id: containerId, host_id: hostId, size };
}
