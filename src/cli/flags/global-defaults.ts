import type { Setting } from "../../config/setting.ts";
import { TspodError } from "../../errors.ts";
import { type GlobalFlags, globalFlagTable } from "./global-flags.ts";

const FLAGS = {
  "engine.cgroup_manager": "cgroup-manager",
  "engine.events_logger": "events-backend",
  "engine.network_cmd_path": "network-cmd-path",
  "network.network_config_dir": "network-config-dir",
  "engine.runtime": "runtime",
} as const;

const EVENTS_BACKENDS: readonly string[] = ["", ...globalFlagTable["events-backend"].choices];

/** The flags before the command, with what --tmpdir or containers.conf says where they say nothing. */
export function withGlobalDefaults(given: GlobalFlags, conf: readonly Setting[]): GlobalFlags {
  // Podman keeps its own state of this boot in --tmpdir, its storage's in --runroot; here both are one.
  const flags = given.runroot === undefined && given.tmpdir ? { ...given, runroot: given.tmpdir } : given;
  const values = conf.flatMap(({ key, value, source }) => {
    if (key === "engine.events_logger" && !EVENTS_BACKENDS.includes(String(value)))
      throw new TspodError(`${source}: "${value}" is not a valid events backend: invalid argument`);
    const flag = FLAGS[key as keyof typeof FLAGS];
    return flag === undefined || flags[flag] !== undefined || value === "" ? [] : [[flag, value]];
  });
  return values.length === 0 ? flags : { ...flags, ...Object.fromEntries(values) };
}
