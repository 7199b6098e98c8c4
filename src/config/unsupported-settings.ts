import { ownValue } from "../oci/shape.ts";
import type { Setting } from "./setting.ts";

interface Unsupported {
  /** Why tspod does nothing with it. */
  readonly reason: string;
  /** Commands that say so: those that would do something else with it. */
  readonly commands: RegExp;
  /** JSON texts of the values that are what tspod does in any case. */
  readonly harmless: readonly string[];
}

const MAKES_CONTAINERS = /^(container )?(run|create)$/;
const TELLS_EVENTS = /^(system )?events$/;

/**
 * Settings of containers.conf(5) that ask for something that tspod does not do: it says so where that would
 * make a difference. What has no effect on tspod stands in the test of this table.
 */
export const UNSUPPORTED_SETTINGS: Readonly<Record<string, Unsupported>> = {
  "containers.container_name_as_hostname": container("use --hostname", ["false"]),
  "containers.interface_name": container("use --network NAME:interface_name=", ['""']),
  "containers.prepare_volume_on_create": container("volumes are filled at the first start", ["false"]),
  "containers.userns_size": container("use --userns auto:size=", ["0"]),
  "engine.events_container_create_inspect_data": {
    reason: "events have no inspect data",
    commands: TELLS_EVENTS,
    harmless: ["false"],
  },
  "engine.healthcheck_events": {
    reason: "health checks always have events",
    commands: TELLS_EVENTS,
    harmless: ["true"],
  },
  "engine.image_default_transport": {
    reason: "images come from registries where no transport is named",
    commands: /^(image )?(pull|push)$/,
    harmless: ['"docker://"', '""'],
  },
  "engine.platform_to_oci_runtime": container("use --runtime", ["{}"]),
  "engine.remote": { reason: "tspod has no remote mode", commands: /./, harmless: ["false"] },
  "engine.volume_path": {
    reason: "volumes are in the store: use --root",
    commands: /^(volume create|(container )?(run|create))$/,
    harmless: ['""'],
  },
  "secrets.driver": {
    reason: "secrets are kept in files",
    commands: /^secret create$/,
    harmless: ['"file"', '""'],
  },
};

function container(reason: string, harmless: readonly string[]): Unsupported {
  return { reason, commands: MAKES_CONTAINERS, harmless };
}

/** Whether a setting asks for something that tspod does not do. */
export function isUnsupported(key: string, value: Setting["value"]): boolean {
  const known = ownValue(UNSUPPORTED_SETTINGS, key);
  return known !== undefined && !known.harmless.includes(String(value));
}

/**
 * What is to be said of them before a command runs, a line each.
 * @param name the command's words
 */
export function unsupportedWarnings(conf: readonly Setting[], name: string): string[] {
  return conf.flatMap(({ key, value, source }) => {
    const known = ownValue(UNSUPPORTED_SETTINGS, key);
    if (known === undefined || !known.commands.test(name) || !isUnsupported(key, value)) return [];
    const [, setting] = key.split(".");
    return [`WARN[0000] ${source}: ${setting} is not supported: ${known.reason}`];
  });
}
