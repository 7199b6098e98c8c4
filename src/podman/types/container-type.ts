import type { GoFields, GoType } from "../go/type.ts";
import { networkSettings, ports } from "./network-type.ts";

const strings: GoType = { slice: "string" };
const labels: GoType = { map: "string" };

const healthConfig: GoFields = {
  Test: strings,
  StartPeriod: "duration",
  StartInterval: "duration",
  Interval: "duration",
  Timeout: "duration",
  Retries: "number",
};

/** What Podman's health check of an image or a container is in a template. */
export const healthCheckType: GoType = { pointer: { struct: healthConfig } };

const health: GoType = {
  pointer: {
    struct: {
      Status: "string",
      FailingStreak: "number",
      Log: { slice: { struct: { Start: "string", End: "string", ExitCode: "number", Output: "string" } } },
    },
  },
};

const state: GoType = {
  struct: {
    OciVersion: "string",
    Status: "string",
    Running: "bool",
    Paused: "bool",
    Restarting: "bool",
    OOMKilled: "bool",
    Dead: "bool",
    Pid: "number",
    ConmonPid: "number",
    ExitCode: "number",
    Error: "string",
    StartedAt: "time",
    FinishedAt: "time",
    Health: health,
    Checkpointed: "bool",
    CgroupPath: "string",
    CheckpointedAt: "time",
    RestoredAt: "time",
    CheckpointLog: "string",
    CheckpointPath: "string",
    RestoreLog: "string",
    Restored: "bool",
    StoppedByUser: "bool",
  },
  // Podman's name for the field before it took over that of Docker.
  names: { Healthcheck: "Health" },
};

const config: GoType = {
  struct: {
    Hostname: "string",
    DomainName: "string",
    User: "string",
    AttachStdin: "bool",
    AttachStdout: "bool",
    AttachStderr: "bool",
    Tty: "bool",
    OpenStdin: "bool",
    StdinOnce: "bool",
    Env: strings,
    Cmd: strings,
    Image: "string",
    Volumes: { map: "any" },
    WorkingDir: "string",
    Entrypoint: strings,
    OnBuild: { pointer: "string" },
    Labels: labels,
    Annotations: labels,
    StopSignal: "string",
    StartupHealthCheck: {
      pointer: { struct: { ...healthConfig, Successes: "number" }, names: { Schema2HealthConfig: "" } },
    },
    Healthcheck: healthCheckType,
    HealthcheckOnFailureAction: "string",
    HealthLogDestination: "string",
    HealthcheckMaxLogCount: "number",
    HealthcheckMaxLogSize: "number",
    CreateCommand: strings,
    Timezone: "string",
    SystemdMode: "bool",
    Umask: "string",
    Secrets: {
      slice: {
        pointer: { struct: { Name: "string", ID: "string", UID: "number", GID: "number", Mode: "number" } },
      },
    },
    Timeout: "number",
    StopTimeout: "number",
    Passwd: { pointer: "bool" },
    ChrootDirs: strings,
    SdNotifyMode: "string",
    SdNotifySocket: "string",
    ExposedPorts: { map: "any" },
    V4PodmanCompatMarshal: "bool",
  },
  names: { HealthMaxLogCount: "HealthcheckMaxLogCount", HealthMaxLogSize: "HealthcheckMaxLogSize" },
};

const weights: GoType = { slice: { struct: { Path: "string", Weight: "number" } } };
const rates: GoType = { slice: { struct: { Path: "string", Rate: "number" } } };

const resources: GoFields = {
  CpuShares: "number",
  Memory: "number",
  NanoCpus: "number",
  CgroupParent: "string",
  BlkioWeight: "number",
  BlkioWeightDevice: weights,
  BlkioDeviceReadBps: rates,
  BlkioDeviceWriteBps: rates,
  BlkioDeviceReadIOps: rates,
  BlkioDeviceWriteIOps: rates,
  CpuPeriod: "number",
  CpuQuota: "number",
  CpuRealtimePeriod: "number",
  CpuRealtimeRuntime: "number",
  CpusetCpus: "string",
  CpusetMems: "string",
  Devices: {
    slice: { struct: { PathOnHost: "string", PathInContainer: "string", CgroupPermissions: "string" } },
  },
  DiskQuota: "number",
  KernelMemory: "number",
  MemoryReservation: "number",
  MemorySwap: "number",
  MemorySwappiness: "number",
  OomKillDisable: "bool",
  Init: "bool",
  PidsLimit: "number",
  Ulimits: { slice: { struct: { Name: "string", Soft: "number", Hard: "number" } } },
  CpuCount: "number",
  CpuPercent: "number",
  IOMaximumIOps: "number",
  IOMaximumBandwidth: "number",
  CgroupConf: labels,
  IntelRdtClosID: "string",
};

const hostConfig: GoType = {
  struct: {
    Binds: strings,
    CgroupManager: "string",
    CgroupMode: "string",
    ContainerIDFile: "string",
    LogConfig: {
      pointer: {
        struct: { Type: "string", Config: labels, Path: "string", Tag: "string", Size: "string" },
      },
    },
    NetworkMode: "string",
    PortBindings: ports,
    RestartPolicy: { pointer: { struct: { Name: "string", MaximumRetryCount: "number" } } },
    AutoRemove: "bool",
    AutoRemoveImage: "bool",
    Annotations: labels,
    VolumeDriver: "string",
    VolumesFrom: strings,
    CapAdd: strings,
    CapDrop: strings,
    Dns: strings,
    DnsOptions: strings,
    DnsSearch: strings,
    ExtraHosts: strings,
    HostsFile: "string",
    GroupAdd: strings,
    IpcMode: "string",
    Cgroup: "string",
    Cgroups: "string",
    Links: strings,
    OomScoreAdj: "number",
    PidMode: "string",
    Privileged: "bool",
    PublishAllPorts: "bool",
    ReadonlyRootfs: "bool",
    SecurityOpt: strings,
    Tmpfs: labels,
    UTSMode: "string",
    UsernsMode: "string",
    IDMappings: { pointer: { struct: { UIDMap: strings, GIDMap: strings } } },
    ShmSize: "number",
    Runtime: "string",
    ConsoleSize: { slice: "number" },
    Isolation: "string",
    ...resources,
  },
};

const mount: GoType = {
  struct: {
    Type: "string",
    Name: "string",
    Source: "string",
    Destination: "string",
    Driver: "string",
    Mode: "string",
    Options: strings,
    RW: "bool",
    Propagation: "string",
    SubPath: "string",
  },
  names: { Src: "Source", Dst: "Destination" },
};

/**
 * The fields that `podman container inspect` (5.8) has, as its templates see them.
 * @see https://github.com/containers/podman/blob/v5.8.2/libpod/define/container_inspect.go
 */
export const containerType: GoType = {
  struct: {
    ID: "string",
    Created: "time",
    Path: "string",
    Args: strings,
    State: state,
    Image: "string",
    ImageDigest: "string",
    ImageName: "string",
    Rootfs: "string",
    Pod: "string",
    ResolvConfPath: "string",
    HostnamePath: "string",
    HostsPath: "string",
    StaticDir: "string",
    OCIConfigPath: "string",
    OCIRuntime: "string",
    ConmonPidFile: "string",
    PidFile: "string",
    Name: "string",
    RestartCount: "number",
    Driver: "string",
    MountLabel: "string",
    ProcessLabel: "string",
    AppArmorProfile: "string",
    EffectiveCaps: strings,
    BoundingCaps: strings,
    ExecIDs: strings,
    GraphDriver: { pointer: { struct: { Name: "string", Data: labels } } },
    SizeRw: { pointer: "number" },
    SizeRootFs: "number",
    Mounts: { slice: mount },
    Dependencies: strings,
    NetworkSettings: networkSettings,
    Namespace: "string",
    IsInfra: "bool",
    IsService: "bool",
    KubeExitCodePropagation: "string",
    LockNumber: "number",
    Config: config,
    HostConfig: hostConfig,
    UseImageHosts: "bool",
    UseImageHostname: "bool",
  },
  // Docker's name for the image's ID in a list.
  names: { ImageID: "Image" },
};
