import { ownValue } from "../oci/shape.ts";

/**
 * The fields of each command's template (`--format`), by the command's words: what completion offers.
 * They are those of Podman 5.8, which tspod has all.
 */
const FIELDS: Readonly<Record<string, string>> = {
  "container inspect": `
    AppArmorProfile Args BoundingCaps Config Config.Annotations Config.AttachStderr Config.AttachStdin
    Config.AttachStdout Config.ChrootDirs Config.Cmd Config.CreateCommand Config.DomainName
    Config.Entrypoint Config.Env Config.ExposedPorts Config.HealthLogDestination Config.HealthMaxLogCount
    Config.HealthMaxLogSize Config.Healthcheck Config.Healthcheck.Interval Config.Healthcheck.Retries
    Config.Healthcheck.StartInterval Config.Healthcheck.StartPeriod Config.Healthcheck.Test
    Config.Healthcheck.Timeout Config.HealthcheckOnFailureAction Config.Hostname Config.Image Config.Labels
    Config.OnBuild Config.OpenStdin Config.Passwd Config.SdNotifyMode Config.SdNotifySocket Config.Secrets
    Config.StartupHealthCheck Config.StartupHealthCheck.Interval Config.StartupHealthCheck.Retries
    Config.StartupHealthCheck.Schema2HealthConfig Config.StartupHealthCheck.Schema2HealthConfig.Interval
    Config.StartupHealthCheck.Schema2HealthConfig.Retries
    Config.StartupHealthCheck.Schema2HealthConfig.StartInterval
    Config.StartupHealthCheck.Schema2HealthConfig.StartPeriod
    Config.StartupHealthCheck.Schema2HealthConfig.Test
    Config.StartupHealthCheck.Schema2HealthConfig.Timeout Config.StartupHealthCheck.StartInterval
    Config.StartupHealthCheck.StartPeriod Config.StartupHealthCheck.Successes
    Config.StartupHealthCheck.Test Config.StartupHealthCheck.Timeout Config.StdinOnce Config.StopSignal
    Config.StopTimeout Config.SystemdMode Config.Timeout Config.Timezone Config.Tty Config.Umask
    Config.User Config.V4PodmanCompatMarshal Config.Volumes Config.WorkingDir ConmonPidFile Created
    Dependencies Driver EffectiveCaps ExecIDs GraphDriver GraphDriver.Data GraphDriver.Name HostConfig
    HostConfig.Annotations HostConfig.AutoRemove HostConfig.AutoRemoveImage HostConfig.Binds
    HostConfig.BlkioDeviceReadBps HostConfig.BlkioDeviceReadIOps HostConfig.BlkioDeviceWriteBps
    HostConfig.BlkioDeviceWriteIOps HostConfig.BlkioWeight HostConfig.BlkioWeightDevice HostConfig.CapAdd
    HostConfig.CapDrop HostConfig.Cgroup HostConfig.CgroupConf HostConfig.CgroupManager
    HostConfig.CgroupMode HostConfig.CgroupParent HostConfig.Cgroups HostConfig.ConsoleSize
    HostConfig.ContainerIDFile HostConfig.CpuCount HostConfig.CpuPercent HostConfig.CpuPeriod
    HostConfig.CpuQuota HostConfig.CpuRealtimePeriod HostConfig.CpuRealtimeRuntime HostConfig.CpuShares
    HostConfig.CpusetCpus HostConfig.CpusetMems HostConfig.Devices HostConfig.DiskQuota HostConfig.Dns
    HostConfig.DnsOptions HostConfig.DnsSearch HostConfig.ExtraHosts HostConfig.GroupAdd
    HostConfig.HostsFile HostConfig.IDMappings HostConfig.IDMappings.GIDMap HostConfig.IDMappings.UIDMap
    HostConfig.IOMaximumBandwidth HostConfig.IOMaximumIOps HostConfig.Init HostConfig.IntelRdtClosID
    HostConfig.IpcMode HostConfig.Isolation HostConfig.KernelMemory HostConfig.Links HostConfig.LogConfig
    HostConfig.LogConfig.Config HostConfig.LogConfig.Path HostConfig.LogConfig.Size
    HostConfig.LogConfig.Tag HostConfig.LogConfig.Type HostConfig.Memory HostConfig.MemoryReservation
    HostConfig.MemorySwap HostConfig.MemorySwappiness HostConfig.NanoCpus HostConfig.NetworkMode
    HostConfig.OomKillDisable HostConfig.OomScoreAdj HostConfig.PidMode HostConfig.PidsLimit
    HostConfig.PortBindings HostConfig.Privileged HostConfig.PublishAllPorts HostConfig.ReadonlyRootfs
    HostConfig.RestartPolicy HostConfig.RestartPolicy.MaximumRetryCount HostConfig.RestartPolicy.Name
    HostConfig.Runtime HostConfig.SecurityOpt HostConfig.ShmSize HostConfig.Tmpfs HostConfig.UTSMode
    HostConfig.Ulimits HostConfig.UsernsMode HostConfig.VolumeDriver HostConfig.VolumesFrom HostnamePath
    HostsPath ID Image ImageDigest ImageName IsInfra IsService KubeExitCodePropagation LockNumber
    MountLabel Mounts Name Namespace NetworkSettings NetworkSettings.AdditionalMacAddresses
    NetworkSettings.Bridge NetworkSettings.EndpointID NetworkSettings.Gateway
    NetworkSettings.GlobalIPv6Address NetworkSettings.GlobalIPv6PrefixLen NetworkSettings.HairpinMode
    NetworkSettings.IPAddress NetworkSettings.IPPrefixLen NetworkSettings.IPv6Gateway
    NetworkSettings.InspectBasicNetworkConfig
    NetworkSettings.InspectBasicNetworkConfig.AdditionalMacAddresses
    NetworkSettings.InspectBasicNetworkConfig.EndpointID NetworkSettings.InspectBasicNetworkConfig.Gateway
    NetworkSettings.InspectBasicNetworkConfig.GlobalIPv6Address
    NetworkSettings.InspectBasicNetworkConfig.GlobalIPv6PrefixLen
    NetworkSettings.InspectBasicNetworkConfig.IPAddress
    NetworkSettings.InspectBasicNetworkConfig.IPPrefixLen
    NetworkSettings.InspectBasicNetworkConfig.IPv6Gateway
    NetworkSettings.InspectBasicNetworkConfig.MacAddress
    NetworkSettings.InspectBasicNetworkConfig.SecondaryIPAddresses
    NetworkSettings.InspectBasicNetworkConfig.SecondaryIPv6Addresses NetworkSettings.LinkLocalIPv6Address
    NetworkSettings.LinkLocalIPv6PrefixLen NetworkSettings.MacAddress NetworkSettings.Networks
    NetworkSettings.Ports NetworkSettings.SandboxID NetworkSettings.SandboxKey
    NetworkSettings.SecondaryIPAddresses NetworkSettings.SecondaryIPv6Addresses OCIConfigPath OCIRuntime
    Path PidFile Pod ProcessLabel ResolvConfPath RestartCount Rootfs SizeRootFs SizeRw State
    State.CgroupPath State.CheckpointLog State.CheckpointPath State.Checkpointed State.CheckpointedAt
    State.ConmonPid State.Dead State.Error State.ExitCode State.FinishedAt State.Health
    State.Health.FailingStreak State.Health.Log State.Health.Status State.Healthcheck State.OOMKilled
    State.OciVersion State.Paused State.Pid State.Restarting State.RestoreLog State.Restored
    State.RestoredAt State.Running State.StartedAt State.Status State.StoppedByUser StaticDir
    UseImageHostname UseImageHosts`,
  events: `
    Attributes ContainerExitCode ContainerInspectData Details Details.Attributes
    Details.ContainerInspectData Details.PodID Error HealthStatus ID Image Name Network PodID Status Time
    TimeNano Type`,
  history: `
    Comment Created CreatedAt CreatedBy CreatedSince ID ImageHistoryLayer ImageHistoryLayer.Comment
    ImageHistoryLayer.Created ImageHistoryLayer.CreatedBy ImageHistoryLayer.ID ImageHistoryLayer.Size
    ImageHistoryLayer.Tags Size Tags`,
  "image inspect": `
    Annotations Architecture Author Comment Config Config.ArgsEscaped Config.Cmd Config.Entrypoint
    Config.Env Config.ExposedPorts Config.Labels Config.StopSignal Config.User Config.Volumes
    Config.WorkingDir Created Digest GraphDriver GraphDriver.Data GraphDriver.Name HealthCheck
    HealthCheck.Interval HealthCheck.Retries HealthCheck.StartInterval HealthCheck.StartPeriod
    HealthCheck.Test HealthCheck.Timeout History ID Labels ManifestType NamesHistory Os Parent RepoDigests
    RepoTags RootFS RootFS.Layers RootFS.Type Size User Version VirtualSize`,
  images: `
    Arch Containers Created CreatedAt CreatedSince CreatedTime Dangling Digest History ID Id ImageSummary
    ImageSummary.Arch ImageSummary.Containers ImageSummary.Created ImageSummary.Dangling
    ImageSummary.Digest ImageSummary.History ImageSummary.ID ImageSummary.IsManifestList
    ImageSummary.Labels ImageSummary.Names ImageSummary.Os ImageSummary.ParentId ImageSummary.ReadOnly
    ImageSummary.RepoDigests ImageSummary.RepoTags ImageSummary.SharedSize ImageSummary.Size
    ImageSummary.VirtualSize IsDangling IsManifestList IsReadOnly Labels Names Os ParentId ReadOnly
    RepoDigests RepoTags Repository SharedSize Size Tag VirtualSize`,
  info: `
    Host Host.Arch Host.BuildahVersion Host.CPUUtilization Host.CPUUtilization.IdlePercent
    Host.CPUUtilization.SystemPercent Host.CPUUtilization.UserPercent Host.CPUs Host.CgroupControllers
    Host.CgroupManager Host.CgroupsVersion Host.Conmon Host.Conmon.Package Host.Conmon.Path
    Host.Conmon.Version Host.DatabaseBackend Host.Distribution Host.Distribution.Codename
    Host.Distribution.Distribution Host.Distribution.Variant Host.Distribution.Version
    Host.EmulatedArchitectures Host.EventLogger Host.FreeLocks Host.Hostname Host.IDMappings
    Host.IDMappings.GIDMap Host.IDMappings.UIDMap Host.Kernel Host.Linkmode Host.LogDriver Host.MemFree
    Host.MemTotal Host.NetworkBackend Host.NetworkBackendInfo Host.NetworkBackendInfo.Backend
    Host.NetworkBackendInfo.DNS Host.NetworkBackendInfo.DNS.Package Host.NetworkBackendInfo.DNS.Path
    Host.NetworkBackendInfo.DNS.Version Host.NetworkBackendInfo.DefaultNetwork
    Host.NetworkBackendInfo.Package Host.NetworkBackendInfo.Path Host.NetworkBackendInfo.Version
    Host.OCIRuntime Host.OCIRuntime.Name Host.OCIRuntime.Package Host.OCIRuntime.Path
    Host.OCIRuntime.Version Host.OS Host.Pasta Host.Pasta.Executable Host.Pasta.Package Host.Pasta.Version
    Host.RemoteSocket Host.RemoteSocket.Exists Host.RemoteSocket.Path Host.RootlessNetworkCmd
    Host.RuntimeInfo Host.Security Host.Security.AppArmorEnabled Host.Security.DefaultCapabilities
    Host.Security.Rootless Host.Security.SECCOMPEnabled Host.Security.SECCOMPProfilePath
    Host.Security.SELinuxEnabled Host.ServiceIsRemote Host.Slirp4NetNS Host.Slirp4NetNS.Executable
    Host.Slirp4NetNS.Package Host.Slirp4NetNS.Version Host.SwapFree Host.SwapTotal Host.Uptime Host.Variant
    Plugins Plugins.Authorization Plugins.Log Plugins.Network Plugins.Volume Registries Store
    Store.ContainerStore Store.ContainerStore.Number Store.ContainerStore.Paused
    Store.ContainerStore.Running Store.ContainerStore.Stopped Store.GraphDriverName Store.GraphOptions
    Store.GraphRoot Store.GraphRootAllocated Store.GraphRootUsed Store.GraphStatus Store.ImageCopyTmpDir
    Store.ImageStore Store.ImageStore.Number Store.RunRoot Store.TransientStore Store.VolumePath Version
    Version.APIVersion Version.BuildOrigin Version.Built Version.BuiltTime Version.GitCommit
    Version.GoVersion Version.Os Version.OsArch Version.Version`,
  "network inspect": `
    Containers Created DNSEnabled Driver ID IPAMOptions IPv6Enabled Internal Labels Name Network
    Network.Created Network.DNSEnabled Network.Driver Network.ID Network.IPAMOptions Network.IPv6Enabled
    Network.Internal Network.Labels Network.Name Network.NetworkDNSServers Network.NetworkInterface
    Network.Options Network.Routes Network.Subnets NetworkDNSServers NetworkInterface Options Routes
    Subnets`,
  "pod inspect": `
    BlkioDeviceReadBps BlkioDeviceWriteBps BlkioWeight BlkioWeightDevice CPUPeriod CPUQuota CPUSetCPUs
    CPUSetMems CPUShares CgroupParent CgroupPath Containers CreateCgroup CreateCommand CreateInfra Created
    Devices ExitPolicy Hostname ID InfraConfig InfraConfig.CPUPeriod InfraConfig.CPUQuota
    InfraConfig.CPUSetCPUs InfraConfig.DNSOption InfraConfig.DNSSearch InfraConfig.DNSServer
    InfraConfig.HostAdd InfraConfig.HostNetwork InfraConfig.HostsFile InfraConfig.NetworkOptions
    InfraConfig.Networks InfraConfig.NoManageHostname InfraConfig.NoManageHosts
    InfraConfig.NoManageResolvConf InfraConfig.PidNS InfraConfig.PortBindings InfraConfig.StaticIP
    InfraConfig.StaticMAC InfraConfig.UserNS InfraConfig.UtsNS InfraContainerID Labels LockNumber
    MemoryLimit MemorySwap Mounts Name Namespace NumContainers RestartPolicy SecurityOpts
    SharedNamespaces State VolumesFrom`,
  ps: `
    AutoRemove CGROUPNS CIDFile Cgroup Command Created CreatedAt CreatedHuman ExitCode Exited ExitedAt
    ExposedPorts ID IPC Image ImageID IsInfra Labels ListContainer ListContainer.AutoRemove
    ListContainer.CGROUPNS ListContainer.CIDFile ListContainer.Command ListContainer.Created
    ListContainer.CreatedAt ListContainer.ExitCode ListContainer.Exited ListContainer.ExitedAt
    ListContainer.ExposedPorts ListContainer.ID ListContainer.IPC ListContainer.Image ListContainer.ImageID
    ListContainer.IsInfra ListContainer.Labels ListContainer.MNT ListContainer.Mounts ListContainer.NET
    ListContainer.Names ListContainer.Namespaces ListContainer.Namespaces.Cgroup
    ListContainer.Namespaces.IPC ListContainer.Namespaces.MNT ListContainer.Namespaces.NET
    ListContainer.Namespaces.PIDNS ListContainer.Namespaces.UTS ListContainer.Namespaces.User
    ListContainer.Networks ListContainer.PIDNS ListContainer.Pid ListContainer.Pod ListContainer.PodName
    ListContainer.Ports ListContainer.Restarts ListContainer.Size ListContainer.Size.RootFsSize
    ListContainer.Size.RwSize ListContainer.StartedAt ListContainer.State ListContainer.Status
    ListContainer.USERNS ListContainer.UTS MNT Mounts NET Names Namespaces Namespaces.Cgroup Namespaces.IPC
    Namespaces.MNT Namespaces.NET Namespaces.PIDNS Namespaces.UTS Namespaces.User Networks PIDNS Pid Pod
    PodName Ports Restarts RunningFor Size StartedAt State Status USERNS UTS User`,
  search: "Automated Description Index Name Official Stars Tag",
  "secret inspect": `
    CreatedAt ID SecretData Spec Spec.Driver Spec.Driver.Name Spec.Driver.Options Spec.Labels Spec.Name
    UpdatedAt`,
  "secret ls": "CreatedAt Driver ID Name UpdatedAt",
  stats: `
    AVGCPU AvgCPU BlockIO BlockInput BlockOutput CPU CPUNano CPUPerc CPUSystemNano ContainerID
    ContainerStats ContainerStats.AvgCPU ContainerStats.BlockInput ContainerStats.BlockOutput
    ContainerStats.CPU ContainerStats.CPUNano ContainerStats.CPUSystemNano ContainerStats.ContainerID
    ContainerStats.Duration ContainerStats.MemLimit ContainerStats.MemPerc ContainerStats.MemUsage
    ContainerStats.Name ContainerStats.Network ContainerStats.PIDs ContainerStats.PerCPU
    ContainerStats.SystemNano ContainerStats.UpTime Duration ID MemLimit MemPerc MemUsage MemUsageBytes
    Name NetIO Network PIDS PIDs PerCPU SystemNano Up UpTime`,
  "system df": "Active RawReclaimable RawSize Reclaimable Size Total Type",
  version: `
    Client Client.APIVersion Client.BuildOrigin Client.Built Client.BuiltTime Client.GitCommit
    Client.GoVersion Client.Os Client.OsArch Client.Version Server Server.APIVersion Server.BuildOrigin
    Server.Built Server.BuiltTime Server.GitCommit Server.GoVersion Server.Os Server.OsArch Server.Version`,
  "volume inspect": `
    Anonymous CreatedAt Driver GID Labels LockNumber MountCount Mountpoint Name NeedsChown NeedsCopyUp
    Options Scope Status StorageID Timeout UID`,
  "volume ls": `
    Anonymous CreatedAt Driver GID InspectVolumeData InspectVolumeData.Anonymous
    InspectVolumeData.CreatedAt InspectVolumeData.Driver InspectVolumeData.GID InspectVolumeData.Labels
    InspectVolumeData.LockNumber InspectVolumeData.MountCount InspectVolumeData.Mountpoint
    InspectVolumeData.Name InspectVolumeData.NeedsChown InspectVolumeData.NeedsCopyUp
    InspectVolumeData.Options InspectVolumeData.Scope InspectVolumeData.Status InspectVolumeData.StorageID
    InspectVolumeData.Timeout InspectVolumeData.UID Labels LockNumber MountCount Mountpoint Name NeedsChown
    NeedsCopyUp Options Scope Status StorageID Timeout UID VolumeConfigResponse
    VolumeConfigResponse.Anonymous VolumeConfigResponse.CreatedAt VolumeConfigResponse.Driver
    VolumeConfigResponse.GID VolumeConfigResponse.InspectVolumeData
    VolumeConfigResponse.InspectVolumeData.Anonymous VolumeConfigResponse.InspectVolumeData.CreatedAt
    VolumeConfigResponse.InspectVolumeData.Driver VolumeConfigResponse.InspectVolumeData.GID
    VolumeConfigResponse.InspectVolumeData.Labels VolumeConfigResponse.InspectVolumeData.LockNumber
    VolumeConfigResponse.InspectVolumeData.MountCount VolumeConfigResponse.InspectVolumeData.Mountpoint
    VolumeConfigResponse.InspectVolumeData.Name VolumeConfigResponse.InspectVolumeData.NeedsChown
    VolumeConfigResponse.InspectVolumeData.NeedsCopyUp VolumeConfigResponse.InspectVolumeData.Options
    VolumeConfigResponse.InspectVolumeData.Scope VolumeConfigResponse.InspectVolumeData.Status
    VolumeConfigResponse.InspectVolumeData.StorageID VolumeConfigResponse.InspectVolumeData.Timeout
    VolumeConfigResponse.InspectVolumeData.UID VolumeConfigResponse.Labels VolumeConfigResponse.LockNumber
    VolumeConfigResponse.MountCount VolumeConfigResponse.Mountpoint VolumeConfigResponse.Name
    VolumeConfigResponse.NeedsChown VolumeConfigResponse.NeedsCopyUp VolumeConfigResponse.Options
    VolumeConfigResponse.Scope VolumeConfigResponse.Status VolumeConfigResponse.StorageID
    VolumeConfigResponse.Timeout VolumeConfigResponse.UID`,
  "artifact inspect": `
    Digest Manifest Manifest.ArtifactType Manifest.Layers Manifest.MediaType Manifest.SchemaVersion
    Name TotalSizeBytes`,
  "artifact ls": `
    Created CreatedAt Digest Repository Size Tag VirtualSize`,
  "auto-update": `
    Container ContainerID ContainerName Image Policy Unit Updated`,
  "network ls": `
    Created DNSEnabled Driver ID IPv6Enabled Internal Labels Name NetworkDNSServers NetworkInterface
    Routes Subnets`,
  "pod ps": `
    Cgroup ContainerIds ContainerNames ContainerStatuses Containers Created ID Id InfraID InfraId
    Name Namespace Networks NumberOfContainers Restarts Status`,
  "pod stats": `
    BlockIO CID CPU Mem MemUsage MemUsageBytes Name NetIO PIDS Pod`,
  "quadlet list": `
    App Name Path Status UnitName`,
  "system connection list": `
    Default Destination Destination.Identity Destination.IsMachine Destination.TLSCA
    Destination.TLSCert Destination.TLSKey Destination.URI Identity IsMachine Name ReadWrite TLSCA
    TLSCert TLSKey URI`,
};

/** What `{{.` of a command's template may go on with, `State.Status`; none for other commands. */
export function templateFields(command: string): string[] {
  return (ownValue(FIELDS, command === "inspect" ? "container inspect" : command) ?? "")
    .split(/\s+/)
    .filter(Boolean);
}
