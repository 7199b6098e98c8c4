import { join } from "node:path";
import type { Health } from "../../container/state/health.ts";
import type { Container } from "../../container/state/list.ts";
import { digestHex } from "../../oci/digest.ts";
import { givenRootfs } from "../../options/container-record.ts";
import { boundingCapabilities } from "../../spec/generate/capabilities.ts";
import { containerHostname } from "../../spec/generate/hostname.ts";
import { initArgs } from "../../spec/shown-options.ts";
import { rootfsBase } from "../../storage/rootfs/rootfs-base.ts";
import { commandOf } from "../container-row.ts";
import { toRfc3339 } from "../container-status.ts";
import { type GoTime, goTime } from "../go/value.ts";
import { inspectConfig } from "./container-config.ts";
import type { ContainerFacts } from "./container-facts.ts";
import { inspectHostConfig } from "./container-host-config.ts";
import { inspectMounts } from "./container-mounts.ts";
import { networkSettings } from "./container-network.ts";

const OCI_VERSION = "1.0.2";

/**
 * A container as `podman container inspect` (5.8) shows it.
 * @see https://github.com/containers/podman/blob/v5.8.2/libpod/define/container_inspect.go
 */
export function inspectContainer(container: Container, facts: ContainerFacts) {
  const { record, state, paths } = container;
  const { options } = record;
  const command = commandOf(container);
  const [path = "", ...args] = options.process.init ? initArgs(command) : command;
  const bounding =
    facts.spec?.process.capabilities?.bounding ??
    boundingCapabilities(options.security, facts.lastCapability);
  return {
    Id: record.id,
    Created: goTime(record.created),
    Path: path,
    Args: args,
    State: inspectState(container, facts),
    Image: record.image === undefined ? "" : digestHex(record.image.id),
    ImageDigest: record.image?.digest ?? "",
    ImageName: record.image?.name ?? "",
    Rootfs: givenRootfs(options) ?? rootfsBase(options) ?? "",
    Pod: options.pod?.id ?? "",
    ResolvConfPath: paths.resolvConf,
    HostnamePath: paths.hostname,
    HostsPath: paths.hosts,
    StaticDir: paths.directory,
    OCIConfigPath: join(paths.bundle, "config.json"),
    OCIRuntime: record.runtime.byPath ? record.runtime.path : record.runtime.name,
    ConmonPidFile: options.monitorPidFile ?? paths.monitorPidFile,
    PidFile: options.pidFile ?? paths.pidFile,
    Name: record.name,
    RestartCount: state.restartCount,
    Driver: "overlay",
    MountLabel: "",
    ProcessLabel: "",
    AppArmorProfile: options.security.apparmor ?? "",
    EffectiveCaps: facts.spec?.process.capabilities?.effective ?? bounding,
    BoundingCaps: bounding,
    ExecIDs: facts.execIds,
    GraphDriver: graphDriver(container, facts),
    ...(facts.size === undefined ? {} : { SizeRw: facts.size.rwSize, SizeRootFs: facts.size.rootFsSize }),
    Mounts: inspectMounts(record, facts),
    Dependencies: facts.dependencies,
    NetworkSettings: networkSettings(options.network, {
      id: record.id,
      state,
      paths,
      attached: facts.attachedNetworks,
      hostname: containerHostname(options, { containerId: record.id, hostname: facts.hostname }),
    }),
    Namespace: "",
    IsInfra: options.pod?.infra === true,
    IsService: options.service === true,
    KubeExitCodePropagation: options.service === true ? (options.exitCodePropagation ?? "none") : "invalid",
    lockNumber: 0,
    Config: inspectConfig(container, facts),
    HostConfig: inspectHostConfig(record, facts, paths),
    UseImageHosts: options.network.noHosts,
    UseImageHostname: options.network.noHostname ?? false,
  };
}

function inspectState(
  { state, record }: Container,
  { spec, health, ready, cgroup, startError }: ContainerFacts,
) {
  const never: GoTime = goTime(undefined);
  const shown = {
    OciVersion: spec?.ociVersion ?? OCI_VERSION,
    Status: state.status,
    Running: state.status === "running",
    Paused: state.status === "paused",
    Restarting: false,
    OOMKilled: state.oomKilled,
    Dead: false,
    Pid: state.pid,
    ...(state.monitorPid === 0 ? {} : { ConmonPid: state.monitorPid }),
    ExitCode: state.exitCode,
    Error: startError ?? "",
    StartedAt: goTime(toRfc3339(state.startedAt)),
    FinishedAt: goTime(toRfc3339(state.finishedAt)),
    ...(ready === undefined ? {} : { Ready: ready }),
    ...(record.options.healthcheck === undefined ? {} : { Health: inspectHealth(health) }),
    ...(cgroup === undefined || state.pid === 0 ? {} : { CgroupPath: cgroup.path }),
    CheckpointedAt: never,
    RestoredAt: never,
  };
  return shown;
}

function inspectHealth(health: Health | undefined): object {
  const log = (health?.log ?? []).map(({ begun, ended, exitCode, output }) => ({
    Start: toRfc3339(begun),
    End: toRfc3339(ended),
    ExitCode: exitCode,
    Output: output,
  }));
  return {
    Status: health?.status ?? "",
    FailingStreak: health?.failingStreak ?? 0,
    Log: log.length === 0 ? null : log,
  };
}

function graphDriver({ paths }: Container, { lowerDirectories }: ContainerFacts) {
  return {
    Name: "overlay",
    Data: {
      LowerDir: lowerDirectories.join(":"),
      MergedDir: join(paths.directory, "merged"),
      UpperDir: join(paths.directory, "upper"),
      WorkDir: join(paths.directory, "work"),
    },
  };
}
