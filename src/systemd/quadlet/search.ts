import { readdirSync, realpathSync, statSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Env } from "../../os/env.ts";
import { endingOf, isQuadletFile, templateParts } from "./kinds.ts";

/** What the search for quadlets depends on. */
export interface SearchSurroundings {
  readonly env: Env;
  readonly uid: number;
}

const ADMIN = "/etc/containers/systemd/users";
const DISTRIBUTION = "/usr/share/containers/systemd/users";

/** Where the user's own quadlets are. */
export function userDirectory(env: SearchSurroundings["env"]): string {
  return join(env.XDG_CONFIG_HOME || join(env.HOME ?? "/", ".config"), "containers/systemd");
}

/**
 * Where a user's quadlets are looked for, whether or not it is there, first come first served.
 * @see podman-systemd.unit(5), Podman rootless unit search path
 */
export function unitDirectories({ env, uid }: SearchSurroundings): string[] {
  const asked = env.QUADLET_UNIT_DIRS;
  return asked
    ? asked.split(":").filter((path) => path.startsWith("/"))
    : [
        ...(env.XDG_RUNTIME_DIR ? [join(env.XDG_RUNTIME_DIR, "containers/systemd")] : []),
        userDirectory(env),
        join(ADMIN, String(uid)),
        ADMIN,
        DISTRIBUTION,
      ];
}

/** Those of them that are there, with the directories below them. */
export function searchDirectories(surroundings: SearchSurroundings): string[] {
  return withThoseBelow(unitDirectories(surroundings));
}

/** The user's own of them, by their real paths as well: `~/.config` may be a symlink. */
export function ownDirectories(env: SearchSurroundings["env"]): string[] {
  return withThoseBelow([userDirectory(env)]);
}

function withThoseBelow(tops: readonly string[]): string[] {
  const found = new Set<string>();
  for (const top of tops) addTree(found, top);
  return [...found];
}

/** Not what belongs to another user: a directory with a number for its name. */
function addTree(found: Set<string>, path: string): void {
  const directory = realDirectory(path);
  if (directory === undefined || found.has(directory)) return;
  found.add(directory);
  for (const name of readdirSync(directory).sort()) {
    if (directory === ADMIN && /^\d+$/.test(name)) continue;
    addTree(found, join(directory, name));
  }
}

/** undefined for what is not there, no directory, or not ours to read. */
function realDirectory(path: string): string | undefined {
  try {
    const real = realpathSync(path);
    return statSync(real).isDirectory() ? real : undefined;
  } catch {
    return undefined;
  }
}

/** Absolute paths of the quadlets in some directories: of those with one name the first. */
export function quadletFiles(directories: readonly string[]): string[] {
  const byName = new Map<string, string>();
  for (const directory of directories) {
    for (const name of namesIn(directory)) {
      if (!isQuadletFile(name)) continue;
      if (!byName.has(name)) byName.set(name, join(directory, name));
    }
  }
  return [...byName.values()];
}

/**
 * Absolute paths of a quadlet's drop-ins, in the order in which they count: of those with one name the most
 * specific.
 */
export function dropIns(file: string, directories: readonly string[]): string[] {
  const byName = new Map<string, string>();
  for (const name of dropInDirectories(basename(file))) {
    for (const directory of new Set([...directories, dirname(file)])) {
      const path = join(directory, name);
      for (const each of namesIn(path).filter((entry) => entry.endsWith(".conf")))
        if (!byName.has(each)) byName.set(each, join(path, each));
    }
  }
  return [...byName].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, path]) => path);
}

/**
 * Drop-ins of `a-b@1.container`: its own, those of its template, then ever more general ones down to
 * `container.d`.
 */
export function dropInDirectories(fileName: string): string[] {
  const ending = `.${endingOf(fileName)}.d`;
  const { base, instance } = templateParts(fileName);
  const parts = base.split("-");
  const prefixes = parts.slice(1).map((_, at) => `${parts.slice(0, at + 1).join("-")}-`);
  return [
    `${fileName}.d`,
    ...(instance ? [`${base}@${ending}`] : []),
    ...prefixes
      .reverse()
      .flatMap((prefix) => [
        ...(instance === undefined ? [] : [`${prefix}@${ending}`]),
        `${prefix}${ending}`,
      ]),
    ending.slice(1),
  ];
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory).sort();
  } catch {
    return []; // not there
  }
}
