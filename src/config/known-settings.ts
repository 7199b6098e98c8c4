/** How a setting of containers.conf and a flag go together. */
export interface KnownSetting {
  /**
   * `pools`: tables of base and size, kept as texts "BASE SIZE". `runtimes`: a table of lists of paths or
   * flags, kept as texts "NAME PATH". `size`: a number of bytes, or a text with a unit. `any`: kept as JSON
   * text, for a warning.
   */
  readonly type: "string" | "boolean" | "number" | "list" | "pools" | "runtimes" | "size" | "any";
  /** The flag whose default the setting is; absent: see default-values.ts and global-defaults.ts. */
  readonly flag?: string;
  /** For a list: whether the flag's own entries come after it, or take its place. */
  readonly merge?: "before" | "replace";
  /** What an entry of the list is about: an entry of the flag's own about the same takes its place. */
  readonly subject?: (entry: string) => string | undefined;
}

const string = (flag?: string): KnownSetting => ({ type: "string", ...(flag !== undefined && { flag }) });
const boolean = (flag: string): KnownSetting => ({ type: "boolean", flag });
const number = (flag?: string): KnownSetting => ({ type: "number", ...(flag !== undefined && { flag }) });
const before = (flag: string): KnownSetting => ({ type: "list", flag, merge: "before" });
const replace = (flag: string): KnownSetting => ({ type: "list", flag, merge: "replace" });
const list: KnownSetting = { type: "list" };

/**
 * Settings that tspod takes from containers.conf(5). Others are passed over, as podman does with what it does
 * not know.
 */
export const KNOWN_SETTINGS: Readonly<Record<string, KnownSetting>> = {
  "containers.annotations": before("annotation"),
  "containers.cgroup_conf": before("cgroup-conf"),
  "containers.base_hosts_file": string(),
  "containers.cgroupns": string("cgroupns"),
  "containers.cgroups": string("cgroups"),
  "containers.default_capabilities": list,
  "containers.default_sysctls": list,
  "containers.default_ulimits": before("ulimit"),
  "containers.devices": before("device"),
  "containers.dns_options": replace("dns-option"),
  "containers.dns_searches": replace("dns-search"),
  "containers.dns_servers": replace("dns"),
  "containers.env": list,
  "containers.env_host": boolean("env-host"),
  "containers.host_containers_internal_ip": string(),
  "containers.http_proxy": boolean("http-proxy"),
  "containers.init": boolean("init"),
  "containers.init_path": string("init-path"),
  "containers.ipcns": string("ipc"),
  "containers.log_driver": string("log-driver"),
  "containers.log_path": string(),
  "containers.log_size_max": number(),
  "containers.log_tag": string(),
  "containers.mounts": {
    ...before("mount"),
    subject: (entry) => /(?:^|,)(?:dst|dest|destination|target)=([^,]*)/.exec(entry)?.[1],
  },
  "containers.netns": string("network"),
  "containers.no_hosts": boolean("no-hosts"),
  "containers.oom_score_adj": number("oom-score-adj"),
  "containers.pidns": string("pid"),
  "containers.pids_limit": number("pids-limit"),
  "containers.privileged": boolean("privileged"),
  "containers.read_only": boolean("read-only"),
  "containers.seccomp_profile": string(),
  "containers.shm_size": string("shm-size"),
  "containers.tz": string("tz"),
  "containers.umask": string("umask"),
  "containers.userns": string("userns"),
  "containers.utsns": string("uts"),
  "containers.volumes": { ...before("volume"), subject: (entry) => entry.split(":")[1] },
  "engine.add_compression": replace("add-compression"),
  "engine.cdi_spec_dirs": list,
  "engine.cgroup_manager": string(),
  "engine.compression_format": string("compression-format"),
  "engine.detach_keys": string("detach-keys"),
  "engine.env": list,
  "engine.events_logfile_max_size": { type: "size" },
  "engine.events_logfile_path": string(),
  "engine.events_logger": string(),
  "engine.hooks_dir": list,
  "engine.image_volume_mode": string("image-volume"),
  "engine.compose_providers": list,
  "engine.compose_warning_logs": { type: "boolean" },
  "engine.infra_command": string("infra-command"),
  "engine.infra_image": string("infra-image"),
  "engine.init_path": string("init-path"),
  "engine.kube_generate_type": string(),
  "engine.multi_image_archive": boolean("multi-image-archive"),
  "engine.network_cmd_options": list,
  "engine.network_cmd_path": string(),
  "engine.pod_exit_policy": string("exit-policy"),
  "engine.pull_policy": string("pull"),
  "engine.retry": number("retry"),
  "engine.retry_delay": string("retry-delay"),
  "engine.runtime": string(),
  "engine.runtimes": { type: "runtimes" },
  "engine.runtimes_flags": { type: "runtimes" },
  "engine.stop_timeout": number("stop-timeout"),
  "network.default_network": string(),
  "network.default_rootless_network_cmd": string(),
  "network.default_subnet": string(),
  "network.default_subnet_pools": { type: "pools" },
  "network.network_config_dir": string(),
  "network.pasta_options": list,
};
