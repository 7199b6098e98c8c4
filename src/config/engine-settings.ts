import { TspodError } from "../errors.ts";
import type { Setting, SettingValue } from "./setting.ts";

function settingOf(conf: readonly Setting[], key: string): Setting | undefined {
  return conf.find((setting) => setting.key === key);
}

/** `[engine] env`: variables of tspod's own, for its requests and for what it runs. */
export function engineEnv(conf: readonly Setting[]): (readonly [name: string, value: string])[] {
  const value: SettingValue = settingOf(conf, "engine.env")?.value ?? [];
  return (value as readonly string[]).flatMap((entry) => {
    const at = entry.indexOf("=");
    return at > 0 ? [[entry.slice(0, at), entry.slice(at + 1)] as const] : [];
  });
}

/** `[engine] cdi_spec_dirs`; empty: it says nothing. */
export function cdiSpecDirs(conf: readonly Setting[]): readonly string[] {
  return (settingOf(conf, "engine.cdi_spec_dirs")?.value ?? []) as readonly string[];
}

/** `[engine] hooks_dir`; empty: it says nothing. */
export function hooksDirs(conf: readonly Setting[]): readonly string[] {
  return (settingOf(conf, "engine.hooks_dir")?.value ?? []) as readonly string[];
}

/** Programs that compose can call, the first that is there; whether it says which. */
export function composeSettings(conf: readonly Setting[]): {
  readonly providers: readonly string[];
  readonly warns: boolean;
} {
  const providers = settingOf(conf, "engine.compose_providers")?.value ?? [];
  return {
    providers: providers as readonly string[],
    warns: settingOf(conf, "engine.compose_warning_logs")?.value !== false,
  };
}

/**
 * Where events are kept, and when the older half of them goes.
 * @throws {TspodError} If the path is not absolute.
 */
export function eventsPlace(conf: readonly Setting[]): { events?: string; eventsMax?: number } {
  const path = settingOf(conf, "engine.events_logfile_path");
  const size = settingOf(conf, "engine.events_logfile_max_size")?.value;
  const hasPath = path !== undefined && path.value !== "";
  if (hasPath && !String(path.value).startsWith("/"))
    throw new TspodError(`${path.source}: events_logfile_path "${path.value}" must be an absolute path`);
  return {
    ...(hasPath && { events: String(path.value) }),
    ...(typeof size === "number" && size > 0 && { eventsMax: size }),
  };
}

/** `[engine] kube_generate_type`: what it says, and where; undefined: nothing. */
export function kubeGenerateType(conf: readonly Setting[]): { text: string; source: string } | undefined {
  const setting = settingOf(conf, "engine.kube_generate_type");
  return setting === undefined || setting.value === ""
    ? undefined
    : { text: String(setting.value), source: setting.source };
}

/** `[engine.runtimes_flags]`: global flags of the runtime of that name, without their dashes. */
export function runtimesFlags(conf: readonly Setting[], name: string): string[] {
  const entries = (settingOf(conf, "engine.runtimes_flags")?.value ?? []) as readonly string[];
  return entries.filter((entry) => entry.startsWith(`${name} `)).map((entry) => entry.slice(name.length + 1));
}
