import { existsSync } from "node:fs";
import { AUTO_UPDATE_LABEL } from "../../../options/parse/auto-update.ts";
import { args, boolean, each, elsewhere, type KeyRule, pairs, text, whenTrue, words } from "./key-rules.ts";
import { besideUnit } from "./paths.ts";
import { USER_NAMESPACE_KEYS } from "./user-arguments.ts";

const PORTS = /^\d+(?:-\d+)?(?:\/(?:tcp|udp))?$/;

/**
 * Every key of [Container], in the order in which they come to stand on the command line. @see
 * podman-systemd.unit(5)
 */
export const CONTAINER_KEYS: Readonly<Record<string, KeyRule>> = {
  ContainerName: elsewhere,
  ServiceName: elsewhere,
  ContainersConfModule: elsewhere,
  GlobalArgs: elsewhere,
  ReloadCmd: elsewhere,
  ReloadSignal: elsewhere,
  StartWithPod: elsewhere,
  LogDriver: text("--log-driver"),
  LogOpt: words("--log-opt"),
  CgroupsMode: elsewhere,
  Notify: elsewhere,
  // An empty one is not none: it takes the image's away.
  Entrypoint: (section, key) => (section.has(key) ? [`--entrypoint=${section.last(key)}`] : []),
  Timezone: text("--tz"),
  PidsLimit: text("--pids-limit"),
  ShmSize: text("--shm-size"),
  WorkingDir: text("--workdir"),
  IP: text("--ip"),
  IP6: text("--ip6"),
  HostName: text("--hostname"),
  StopSignal: text("--stop-signal"),
  StopTimeout: text("--stop-timeout"),
  Pull: text("--pull"),
  Memory: text("--memory"),
  Retry: text("--retry"),
  RetryDelay: text("--retry-delay"),
  NetworkAlias: each("--network-alias"),
  Ulimit: each("--ulimit"),
  DNS: each("--dns"),
  DNSOption: each("--dns-option"),
  DNSSearch: each("--dns-search"),
  GroupAdd: each("--group-add"),
  AddHost: each("--add-host"),
  Tmpfs: each("--tmpfs"),
  RunInit: boolean("--init"),
  EnvironmentHost: boolean("--env-host"),
  HttpProxy: boolean("--http-proxy"),
  ReadOnlyTmpfs: boolean("--read-only-tmpfs"),
  ReadOnly: boolean("--read-only"),
  VolatileTmp: (section, key) =>
    section.boolean(key) && !section.boolean("ReadOnly") ? ["--tmpfs", "/tmp:rw,size=512M,mode=1777"] : [],
  Network: elsewhere,
  NoNewPrivileges: whenTrue("--security-opt=no-new-privileges"),
  SecurityLabelDisable: whenTrue("--security-opt", "label=disable"),
  SecurityLabelNested: whenTrue("--security-opt", "label=nested"),
  SecurityLabelType: security("label=type:"),
  SecurityLabelFileType: security("label=filetype:"),
  SecurityLabelLevel: security("label=level:"),
  AppArmor: security("apparmor="),
  SeccompProfile: security("seccomp="),
  AddDevice: (section, key) =>
    section
      .words(key)
      .filter(isThere)
      .flatMap((word) => ["--device", word.replace(/^-/, "")]),
  DropCapability: words("--cap-drop", (name) => name.toLowerCase()),
  AddCapability: words("--cap-add", (name) => name.toLowerCase()),
  Sysctl: words("--sysctl"),
  User: elsewhere,
  Group: elsewhere,
  ...USER_NAMESPACE_KEYS,
  Volume: elsewhere,
  AutoUpdate: (section, key) => {
    const policy = section.last(key);
    return policy ? ["--label", `${AUTO_UPDATE_LABEL}=${policy}`] : [];
  },
  ExposeHostPort: (section, key) =>
    section.all(key).flatMap((ports) => {
      if (!PORTS.test(ports)) throw section.error(key, `invalid port format '${ports}'`);
      return ["--expose", ports];
    }),
  PublishPort: each("--publish"),
  Environment: pairs("--env"),
  Label: pairs("--label"),
  Annotation: pairs("--annotation"),
  Mask: args("--security-opt", (paths) => `mask=${paths}`),
  Unmask: args("--security-opt", (paths) => `unmask=${paths}`),
  EnvironmentFile: (section, key, directory) =>
    section.arguments(key).flatMap((path) => ["--env-file", besideUnit(path, directory)]),
  Secret: args("--secret"),
  Mount: elsewhere,
  HealthCmd: text("--health-cmd"),
  HealthInterval: text("--health-interval"),
  HealthOnFailure: text("--health-on-failure"),
  HealthLogDestination: text("--health-log-destination"),
  HealthMaxLogCount: text("--health-max-log-count"),
  HealthMaxLogSize: text("--health-max-log-size"),
  HealthRetries: text("--health-retries"),
  HealthStartPeriod: text("--health-start-period"),
  HealthTimeout: text("--health-timeout"),
  HealthStartupCmd: text("--health-startup-cmd"),
  HealthStartupInterval: text("--health-startup-interval"),
  HealthStartupRetries: text("--health-startup-retries"),
  HealthStartupSuccess: text("--health-startup-success"),
  HealthStartupTimeout: text("--health-startup-timeout"),
  Pod: elsewhere,
  PodmanArgs: elsewhere,
  Image: elsewhere,
  Rootfs: elsewhere,
  Exec: elsewhere,
};

function security(option: string): KeyRule {
  return (section, key) => {
    const value = section.last(key);
    return value ? ["--security-opt", `${option}${value}`] : [];
  };
}

/** A device with a dash before it need not be there. */
function isThere(device: string): boolean {
  return !device.startsWith("-") || existsSync(device.slice(1).split(":", 1)[0] ?? "");
}
