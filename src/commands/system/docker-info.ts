import { DOCKER_VERSION } from "../../config/product-version.ts";
import type { gatherInfo } from "./gather-info.ts";

type Info = Awaited<ReturnType<typeof gatherInfo>>;

/**
 * The fields of `docker info` that scripts ask for, from what Podman's `info` says. They are shown beside
 * those of Podman's `info`.
 * @see https://docs.docker.com/reference/cli/docker/system/info/
 */
export function dockerInfo({ host, store, plugins }: Info) {
  const { containerStore, imageStore } = store;
  return {
    ID: host.hostname,
    Name: host.hostname,
    Containers: containerStore.number,
    ContainersRunning: containerStore.running,
    ContainersPaused: containerStore.paused,
    ContainersStopped: containerStore.stopped,
    Images: imageStore.number,
    Driver: store.graphDriverName,
    DockerRootDir: store.graphRoot,
    ServerVersion: DOCKER_VERSION,
    OperatingSystem: `${host.distribution.distribution} ${host.distribution.version}`,
    OSType: host.os,
    Architecture: machineOf(host.arch),
    KernelVersion: host.kernel,
    NCPU: host.cpus,
    MemTotal: host.memTotal,
    CgroupDriver: host.cgroupManager,
    CgroupVersion: host.cgroupVersion.replace("v", ""),
    LoggingDriver: host.logDriver,
    DefaultRuntime: host.ociRuntime.name,
    Runtimes: { [host.ociRuntime.name]: { path: host.ociRuntime.path } },
    SecurityOptions: [
      ...(host.security.apparmorEnabled ? ["name=apparmor"] : []),
      ...(host.security.seccompEnabled ? ["name=seccomp,profile=builtin"] : []),
      ...(host.cgroupVersion === "v2" ? ["name=cgroupns"] : []),
      "name=rootless",
    ],
    Swarm: { LocalNodeState: "inactive" },
    Plugins: { Volume: plugins.volume, Network: plugins.network, Log: plugins.log },
    Experimental: false,
    Warnings: [],
  };
}

/** uname(2)'s word for the architecture, which Docker shows. */
function machineOf(architecture: string): string {
  return { amd64: "x86_64", arm64: "aarch64" }[architecture] ?? architecture;
}
