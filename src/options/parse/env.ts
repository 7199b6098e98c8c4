import { TspodError } from "../../errors.ts";

/** The environment of the call, to copy from. */
export type HostEnv = Readonly<Record<string, string | undefined>>;

/**
 * `-e K=V`, `-e K` (the host's, nothing where the host has none), `-e 'K*'` (all of the host's that start
 * so).
 * @throws {TspodError} If there is no name.
 */
export function parseEnvEntry(text: string, host: HostEnv): [string, string][] {
  const equals = text.indexOf("=");
  // As Podman: what stands before the name is dropped, for a name that begins with a blank helps nobody.
  if (/^\s/.test(text)) return parseEnvEntry(text.trimStart(), host);
  if (equals === 0) throw new TspodError(`invalid variable: "${text}"`);
  if (equals > 0) return [[text.slice(0, equals), text.slice(equals + 1)]];
  if (text.endsWith("*")) {
    const prefix = text.slice(0, -1);
    return definedEntries(host).filter(([name]) => name.startsWith(prefix));
  }
  const value = host[text];
  return value === undefined || text === "" ? [] : [[text, value]];
}

/**
 * An --env-file: a line an entry, `#` starts a comment only at the start of a line, nothing is unquoted or
 * expanded.
 * @throws {TspodError} If a line has no name.
 */
export function parseEnvFile(text: string, host: HostEnv): [string, string][] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trimStart())
    .filter((line) => line !== "" && !line.startsWith("#"))
    .flatMap((line) => parseEnvEntry(line, host));
}

/** The variables that are set. */
export function definedEntries(env: HostEnv): [string, string][] {
  return Object.entries(env).filter((entry): entry is [string, string] => entry[1] !== undefined);
}
