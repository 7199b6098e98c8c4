import type { HostsDefaults } from "../options/create-options.ts";
import type { Setting, SettingValue } from "./setting.ts";

/** Settings of containers.conf that are no flag's default. */
export interface DefaultValues {
  /** `NAME=VALUE`: the image's variables win over them. */
  readonly env: readonly string[];
  /** Names with or without CAP_; absent: podman's own. */
  readonly capabilities?: readonly string[];
  /** `NAME=VALUE`: for namespaces that are the container's own; absent: podman's own. */
  readonly sysctls?: readonly string[];
  /** Absolute path, or `unconfined`. */
  readonly seccompProfile?: string;
  /** Texts of --mount, which stand before the flag's own: for what is said of one that can't be read. */
  readonly mounts?: readonly string[];
  /** What /etc/hosts is made of. */
  readonly hosts?: HostsDefaults;
  /** `slirp4netns` or `pasta`: the network of a container that asks for none. */
  readonly networkProgram?: string;
  /** Options of slirp4netns and of pasta, before those of --network. */
  readonly slirpOptions?: readonly string[];
  readonly pastaOptions?: readonly string[];
}

export const NO_DEFAULT_VALUES: DefaultValues = { env: [] };

export function defaultValues(conf: readonly Setting[]): DefaultValues {
  const settingOf = (key: string): SettingValue | undefined =>
    conf.find((setting) => setting.key === key)?.value;
  const listOf = (key: string) => settingOf(key) as readonly string[] | undefined;
  const capabilities = listOf("containers.default_capabilities");
  const sysctls = listOf("containers.default_sysctls");
  const mounts = listOf("containers.mounts");
  const seccompProfile = settingOf("containers.seccomp_profile");
  const hosts = hostsDefaults(
    settingOf("containers.base_hosts_file"),
    settingOf("containers.host_containers_internal_ip"),
  );
  return {
    env: listOf("containers.env") ?? [],
    ...(capabilities && { capabilities }),
    ...(sysctls && { sysctls }),
    ...(mounts && { mounts }),
    ...(typeof seccompProfile === "string" && seccompProfile !== "" && { seccompProfile }),
    ...(hosts && { hosts }),
    ...networkDefaults(settingOf, listOf),
  };
}

function networkDefaults(
  settingOf: (key: string) => SettingValue | undefined,
  listOf: (key: string) => readonly string[] | undefined,
): Pick<DefaultValues, "networkProgram" | "slirpOptions" | "pastaOptions"> {
  const program = settingOf("network.default_rootless_network_cmd");
  const slirpOptions = listOf("engine.network_cmd_options");
  const pastaOptions = listOf("network.pasta_options");
  return {
    ...(typeof program === "string" && program !== "" && { networkProgram: program }),
    ...(slirpOptions && { slirpOptions }),
    ...(pastaOptions && { pastaOptions }),
  };
}

function hostsDefaults(
  base: SettingValue | undefined,
  hostAddress: SettingValue | undefined,
): HostsDefaults | undefined {
  const texts = {
    ...(typeof base === "string" && base !== "" && { base }),
    ...(typeof hostAddress === "string" && hostAddress !== "" && { hostAddress }),
  };
  return Object.keys(texts).length === 0 ? undefined : texts;
}
