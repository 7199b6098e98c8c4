import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { KNOWN_SETTINGS } from "./known-settings.ts";
import { UNSUPPORTED_SETTINGS, unsupportedWarnings } from "./unsupported-settings.ts";

/* Every key of Podman 5.8's containers.conf(5) is read, warned of where it can't be held, or stands here. */

/** Tables and their keys. */
const KEYS: Readonly<Record<string, string>> = {
  containers: `annotations apparmor_profile base_hosts_file cgroup_conf cgroupns cgroups container_name_as_hostname
    default_capabilities default_sysctls default_ulimits devices dns_options dns_searches dns_servers env env_host
    host_containers_internal_ip http_proxy init init_path interface_name ipcns keyring label label_users log_driver
    log_path log_size_max log_tag mounts netns no_hosts oom_score_adj pidns pids_limit prepare_volume_on_create
    privileged read_only seccomp_profile shm_size tz umask userns userns_size utsns volumes`,
  engine: `active_service add_compression cdi_spec_dirs cgroup_check cgroup_manager chown_copied_files
    compat_api_enforce_docker_hub compose_providers compose_warning_logs compression_format compression_level
    conmon_env_vars conmon_path conmonrs_path database_backend detach_keys enable_port_reservation env
    events_container_create_inspect_data events_logfile_max_size events_logfile_path events_logger exit_command_delay
    healthcheck_events helper_binaries_dir hooks_dir image_build_format image_copy_tmp_dir image_default_format
    image_default_transport image_parallel_copies image_volume_mode infra_command infra_image init_path
    kube_generate_type lock_type multi_image_archive namespace network_cmd_options network_cmd_path no_pivot_root
    num_locks platform_to_oci_runtime pod_exit_policy podmansh_timeout pull_policy remote remote_identity remote_uri
    retry retry_delay runtime runtime_path runtime_supports_json runtime_supports_kvm runtime_supports_nocgroup
    runtimes runtimes_flags service_destinations service_timeout ssh_config static_dir stop_timeout tmp_dir
    volume_path volume_plugin_timeout volume_plugins`,
  network: `cni_plugin_dirs default_network default_rootless_network_cmd default_subnet default_subnet_pools
    dns_bind_port firewall_driver netavark_plugin_dirs network_backend network_config_dir pasta_options`,
  secrets: "driver opts",
};

/** Why nothing comes of a key, and nothing is said of it. */
const NO_EFFECT: readonly (readonly [keys: string, reason: string])[] = [
  ["containers.apparmor_profile", "a rootless Podman has no profile either"],
  [
    "containers.keyring containers.label containers.label_users",
    "there is no keyring, and no SELinux label, to leave out",
  ],
  [
    "engine.active_service engine.service_destinations engine.service_timeout engine.remote_identity engine.remote_uri engine.ssh_config engine.compat_api_enforce_docker_hub",
    "they are of an API and its clients",
  ],
  ["engine.compression_level", "it says how other programs' pushes are compressed"],
  [
    "engine.image_build_format engine.image_default_format",
    "an image is stored and pushed as it came; --format changes that",
  ],
  [
    "engine.conmon_env_vars engine.conmon_path engine.conmonrs_path engine.exit_command_delay engine.cgroup_check engine.runtime_path engine.runtime_supports_json engine.runtime_supports_kvm engine.runtime_supports_nocgroup",
    "they are of conmon, or of how Podman finds and calls runtimes",
  ],
  [
    "engine.database_backend engine.lock_type engine.num_locks engine.namespace engine.static_dir engine.tmp_dir",
    "they are of Podman's own database and locks",
  ],
  ["engine.helper_binaries_dir", "tspod's own helpers lie beside it, the others are found in PATH"],
  [
    "engine.image_copy_tmp_dir engine.image_parallel_copies",
    "pulls are written into the store at once, side by side",
  ],
  ["engine.no_pivot_root", "the root filesystem is always a mount that can be pivoted to"],
  ["engine.enable_port_reservation engine.chown_copied_files", "the defaults are what tspod does"],
  ["engine.podmansh_timeout", "it is of podmansh"],
  [
    "engine.volume_plugins engine.volume_plugin_timeout",
    "there are no volume plugins: --driver refuses them by name",
  ],
  [
    "network.cni_plugin_dirs network.netavark_plugin_dirs network.network_backend network.firewall_driver network.dns_bind_port",
    "tspod makes its networks itself, without a firewall",
  ],
  ["secrets.opts", "they are the driver's"],
];

const ignored = new Map(NO_EFFECT.flatMap(([keys, reason]) => keys.split(" ").map((key) => [key, reason])));
const all = Object.entries(KEYS).flatMap(([table, names]) =>
  names.split(/\s+/).map((name) => `${table}.${name}`),
);

for (const key of all)
  test(key, () => {
    const ways = [key in KNOWN_SETTINGS, key in UNSUPPORTED_SETTINGS, ignored.has(key)].filter(Boolean);
    assert.equal(ways.length, 1, "it is read, or told of; or it stands in NO_EFFECT with a reason; not both");
  });

test("tspod reads no key that Podman does not have", () => {
  const others = Object.keys({ ...KNOWN_SETTINGS, ...UNSUPPORTED_SETTINGS }).filter(
    (key) => !all.includes(key),
  );
  assert.deepEqual([...others, ...[...ignored.keys()].filter((key) => !all.includes(key))], []);
});

describe("what is not supported", () => {
  const setting = (key: string, value: string) => [{ key, value, source: "/etc/c.conf:3" }];

  test("is told by the commands that it is for, once for each setting", () => {
    assert.deepEqual(unsupportedWarnings(setting("engine.volume_path", '"/h"'), "container run"), [
      "WARN[0000] /etc/c.conf:3: volume_path is not supported: volumes are in the store: use --root",
    ]);
    assert.deepEqual(unsupportedWarnings(setting("engine.volume_path", '"/h"'), "ps"), []);
  });

  for (const [key, { harmless, commands }] of Object.entries(UNSUPPORTED_SETTINGS))
    test(`${key}: not where it asks for what is done in any case`, () => {
      const name = ["run", "events", "pull", "secret create", "volume create"].find((each) =>
        commands.test(each),
      );
      assert.ok(name, "some command tells of it");
      for (const value of harmless) assert.deepEqual(unsupportedWarnings(setting(key, value), name), []);
      assert.equal(unsupportedWarnings(setting(key, '"other"'), name).length, 1);
    });
});
