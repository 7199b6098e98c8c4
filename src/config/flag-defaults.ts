import { KNOWN_SETTINGS, type KnownSetting } from "./known-settings.ts";
import type { Setting } from "./setting.ts";

/** Flags with the defaults that containers.conf gives them. */
export interface DefaultedFlags<Flags> {
  readonly flags: Flags;
  /** Flag → the setting that it comes from, wholly or in part. */
  readonly sources: ReadonlyMap<string, Setting>;
}

/** For podman `private` is no choice but the word for its own default. */
const OWN_DEFAULT: Readonly<Record<string, string>> = { network: "private" };

/**
 * Put containers.conf's settings where the command line says nothing.
 * @param given long names of the flags that stood on the command line
 */
export function withFlagDefaults<Flags extends object>(
  flags: Flags,
  given: ReadonlySet<string>,
  conf: readonly Setting[],
): DefaultedFlags<Flags> {
  const values: Record<string, unknown> = Object.fromEntries(Object.entries(flags));
  const sources = new Map<string, Setting>();
  for (const setting of conf) {
    const known = KNOWN_SETTINGS[setting.key];
    const flag = known?.flag;
    if (
      known === undefined ||
      flag === undefined ||
      !(flag in flags) ||
      setting.value === "" ||
      OWN_DEFAULT[flag] === setting.value
    )
      continue;
    const value = defaulted(values[flag], { setting, given: given.has(flag), known });
    if (value === undefined) continue;
    values[flag] = value;
    sources.set(flag, setting);
  }
  for (const option of logOptions(conf, values["log-opt"], values["log-driver"])) {
    values["log-opt"] = [option.text, ...(values["log-opt"] as readonly string[])];
    sources.set("log-opt", option.setting);
  }
  return { flags: values as Flags, sources };
}

/** Undefined: the command line's own stays. */
function defaulted(
  now: unknown,
  {
    setting: { value },
    given,
    known: { merge, subject = () => undefined },
  }: { setting: Setting; given: boolean; known: KnownSetting },
): unknown {
  if (merge === "before") {
    const own = now as readonly string[];
    const taken = new Set(own.map(subject));
    const kept = (Array.isArray(value) ? value : []).filter(
      (entry) => subject(entry) === undefined || !taken.has(subject(entry)),
    );
    return kept.length > 0 ? [...kept, ...own] : undefined;
  }
  if (given) return undefined;
  return Array.isArray(now) && !Array.isArray(value) ? [value] : value;
}

/** log_path, log_size_max and log_tag, where --log-opt does not say otherwise. */
function logOptions(
  conf: readonly Setting[],
  given: unknown,
  driver: unknown,
): { text: string; setting: Setting }[] {
  if (!Array.isArray(given) || driver === "none" || driver === "passthrough") return [];
  const has = (name: string) => given.some((text: string) => text.startsWith(`${name}=`));
  return conf.flatMap((setting) => {
    const { key, value } = setting;
    if (key === "containers.log_size_max" && Number(value) > 0 && driver !== "journald" && !has("max-size"))
      return [{ text: `max-size=${value}`, setting }];
    if (key === "containers.log_path" && value !== "" && driver !== "journald" && !has("path"))
      return [{ text: `path=${value}`, setting }];
    if (
      key === "containers.log_tag" &&
      value !== "" &&
      (driver === "journald" || driver === "") &&
      !has("tag")
    )
      return [{ text: `tag=${value}`, setting }];
    return [];
  });
}
