import { TspodError } from "../../errors.ts";
import type { Env } from "../../os/env.ts";

/** What systemd's specifiers come to for one unit. */
export interface SpecifierValues {
  /** `web@1.service` */
  readonly unit: string;
  readonly env: Env;
  readonly uid: number;
  readonly hostname: string;
}

/**
 * Fill in systemd's specifiers, for a command that runs without it.
 * @throws {TspodError} If one is unknown, or only a manager knows what it stands for.
 * @see systemd.unit(5), Specifiers
 */
export function fillSpecifiers(text: string, values: SpecifierValues): string {
  return text.replace(/%(.?)/gs, (whole, letter: string) => {
    const value = specifier(letter, values);
    if (value === undefined)
      throw new TspodError(`"${whole}" in "${text}" can't be filled in without systemd`);
    return value;
  });
}

function specifier(letter: string, { unit, env, uid, hostname }: SpecifierValues): string | undefined {
  const name = unit.replace(/\.[^.]*$/, "");
  const [prefix = "", instance = ""] = name.split(/@(.*)/s, 2);
  const home = env.HOME;
  const values: Readonly<Record<string, string | undefined>> = {
    "%": "%",
    n: unit,
    N: name,
    p: prefix,
    P: unescapeName(prefix),
    i: instance,
    I: unescapeName(instance),
    j: prefix.split("-").at(-1),
    t: env.XDG_RUNTIME_DIR,
    h: home,
    u: env.USER,
    U: String(uid),
    H: hostname,
    l: hostname.split(".", 1)[0],
    s: env.SHELL,
    T: env.TMPDIR ?? "/tmp",
    V: env.TMPDIR ?? "/var/tmp",
    E: env.XDG_CONFIG_HOME ?? (home && `${home}/.config`),
    S: env.XDG_STATE_HOME ?? (home && `${home}/.local/state`),
    C: env.XDG_CACHE_HOME ?? (home && `${home}/.cache`),
  };
  return values[letter];
}

/** As systemd-escape(1) has it: `-` for `/`, `\x2d` for `-`. */
function unescapeName(text: string): string {
  return text
    .replaceAll("-", "/")
    .replace(/\\x([\da-f]{2})/g, (_, code: string) => String.fromCharCode(Number.parseInt(code, 16)));
}
