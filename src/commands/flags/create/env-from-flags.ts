import { TspodError } from "../../../errors.ts";
import { definedEntries, type HostEnv, parseEnvEntry, parseEnvFile } from "../../../options/parse/env.ts";
import { splitPair } from "../../../options/parse/key-value.ts";
import { TRACE } from "../../../protocol/environment.ts";
import type { CreateContext } from "./create-context.ts";
import type { CreateFlags } from "./create-flags.ts";
import { readNamedFile } from "./read-named-file.ts";

type EnvFlags = Pick<
  CreateFlags,
  "env" | "env-file" | "env-host" | "env-merge" | "unsetenv" | "unsetenv-all" | "http-proxy" | "tty"
>;

/** What every container has, and TERM where it has a terminal. @see podman-run(1), Environment */
const TERMINAL = ["TERM", "xterm"] as const;
const DEFAULTS: readonly (readonly [string, string])[] = [
  ["container", "podman"],
  ["PATH", "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
];
const PROXY_NAMES = ["http_proxy", "https_proxy", "ftp_proxy", "no_proxy"];

/**
 * The environment in effect, later sources going before earlier ones: defaults, containers.conf, image,
 * --env-merge, without --unsetenv; the caller's proxies or all variables of the caller; files; --env.
 * @throws {TspodError} If a file can't be read, or an entry has no name.
 */
export function envFromFlags(flags: EnvFlags, context: CreateContext): string[] {
  const env = new Map<string, string>();
  const add = (entries: readonly (readonly [string, string])[]) => {
    for (const [name, value] of entries) env.set(name, value);
  };
  add(imageEnv(flags, context));
  if (flags["http-proxy"]) add(proxies(context.env));
  // The variable of a traced call is tspod's own.
  if (flags["env-host"]) add(definedEntries({ ...context.env, [TRACE]: undefined }));
  add(givenEnv(flags, context));
  return [...env].map(([name, value]) => `${name}=${value}`);
}

/** What --env-file and --env say, files first. */
function givenEnv(
  flags: Pick<EnvFlags, "env" | "env-file">,
  context: Pick<CreateContext, "env" | "readFile">,
): [string, string][] {
  return [
    ...flags["env-file"].flatMap((path) => entriesOfFile(path, context)),
    ...flags.env.flatMap((text) => parseEnvEntry(text, context.env)),
  ];
}

function imageEnv(flags: EnvFlags, { image, defaults }: CreateContext): [string, string][] {
  if (flags["unsetenv-all"]) return [];
  const env = new Map([
    ...(flags.tty ? [TERMINAL] : []),
    ...DEFAULTS,
    ...defaults.env.map(splitPair),
    ...(image.Env ?? []).map(splitPair),
  ]);
  for (const [name, value] of flags["env-merge"].map(substitution)) env.set(name, expand(value, env));
  for (const name of flags.unsetenv) env.delete(name);
  return [...env];
}

function substitution(text: string): [string, string] {
  if (!text.includes("=")) throw new TspodError(`missing \`=\` for --env-merge substitution ${text}`);
  return splitPair(text);
}

/** `${NAME}` and `$NAME` stand for what the image has. */
function expand(text: string, env: ReadonlyMap<string, string>): string {
  return text.replace(/\$(?:\{(\w+)\}|(\w+))/g, (_, braced, bare) => env.get(braced ?? bare) ?? "");
}

function proxies(env: HostEnv): [string, string][] {
  const names = PROXY_NAMES.flatMap((name) => [name, name.toUpperCase()]);
  return definedEntries(Object.fromEntries(names.map((name) => [name, env[name]])));
}

function entriesOfFile(path: string, context: Pick<CreateContext, "env" | "readFile">): [string, string][] {
  try {
    return parseEnvFile(readNamedFile(path, context), context.env);
  } catch (cause) {
    throw new TspodError(`parsing file "${path}"`, { cause });
  }
}
