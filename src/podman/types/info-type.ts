import type { GoFields, GoType } from "../go/type.ts";
import { programVersionType } from "./version-type.ts";

const strings: GoType = { slice: "string" };
const program: GoType = { struct: { Package: "string", Path: "string", Version: "string" } };
const networkProgram: GoType = { struct: { Executable: "string", Package: "string", Version: "string" } };
const idMap: GoType = { slice: { struct: { container_id: "number", host_id: "number", size: "number" } } };

const network: GoFields = {
  NetworkBackend: "string",
  NetworkBackendInfo: {
    pointer: {
      struct: {
        Backend: "string",
        Version: "string",
        Package: "string",
        Path: "string",
        DNS: { struct: { Version: "string", Package: "string", Path: "string" } },
        DefaultNetwork: "string",
      },
    },
  },
};

const security: GoType = {
  struct: {
    AppArmorEnabled: "bool",
    // The field's name, where JSON says `capabilities`.
    Capabilities: "string",
    Rootless: "bool",
    SECCOMPEnabled: "bool",
    SECCOMPProfilePath: "string",
    SELinuxEnabled: "bool",
  },
  names: { DefaultCapabilities: "Capabilities" },
};

const host: GoType = {
  pointer: {
    struct: {
      Arch: "string",
      BuildahVersion: "string",
      CgroupManager: "string",
      CgroupVersion: "string",
      CgroupControllers: strings,
      Conmon: { pointer: program },
      CPUs: "number",
      CPUUtilization: {
        pointer: { struct: { UserPercent: "number", SystemPercent: "number", IdlePercent: "number" } },
      },
      DatabaseBackend: "string",
      Distribution: {
        struct: { Distribution: "string", Variant: "string", Version: "string", Codename: "string" },
      },
      EventLogger: "string",
      FreeLocks: { pointer: "number" },
      Hostname: "string",
      IDMappings: { struct: { GIDMap: idMap, UIDMap: idMap } },
      Kernel: "string",
      LogDriver: "string",
      MemFree: "number",
      MemTotal: "number",
      ...network,
      OCIRuntime: {
        pointer: { struct: { Name: "string", Package: "string", Path: "string", Version: "string" } },
      },
      OS: "string",
      RemoteSocket: { pointer: { struct: { Path: "string", Exists: "bool" } } },
      RootlessNetworkCmd: "string",
      RuntimeInfo: { map: "any" },
      ServiceIsRemote: "bool",
      Security: security,
      Slirp4NetNS: networkProgram,
      Pasta: networkProgram,
      SwapFree: "number",
      SwapTotal: "number",
      Uptime: "string",
      Variant: "string",
      Linkmode: "string",
      EmulatedArchitectures: strings,
    },
    names: { CgroupsVersion: "CgroupVersion" },
  },
};

const store: GoType = {
  pointer: {
    struct: {
      ConfigFile: "string",
      ContainerStore: {
        struct: { Number: "number", Paused: "number", Running: "number", Stopped: "number" },
      },
      GraphDriverName: "string",
      GraphOptions: { map: "any" },
      GraphRoot: "string",
      GraphRootAllocated: "number",
      GraphRootUsed: "number",
      GraphStatus: { map: "string" },
      ImageCopyTmpDir: "string",
      ImageStore: { struct: { Number: "number" } },
      RunRoot: "string",
      VolumePath: "string",
      TransientStore: "bool",
    },
  },
};

/**
 * The fields that `podman info` (5.8) has, as its templates see them.
 * @see https://github.com/containers/podman/blob/v5.8.2/libpod/define/info.go
 */
export const infoType: GoType = {
  struct: {
    Host: host,
    Store: store,
    Registries: { map: "any" },
    Plugins: { struct: { Volume: strings, Network: strings, Log: strings, Authorization: strings } },
    Version: programVersionType,
  },
};
