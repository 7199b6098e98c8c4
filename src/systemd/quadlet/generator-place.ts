import { readdirSync, statSync } from "node:fs";
import { dirname } from "node:path";

/** Where a user's manager looks for generators. @see systemd.generator(7) */
const DIRECTORIES = [
  "/run/systemd/user-generators",
  "/etc/systemd/user-generators",
  "/usr/local/lib/systemd/user-generators",
  "/usr/lib/systemd/user-generators",
];

/** The name that makes tspod a generator. */
const GENERATOR = "tspod-system-generator";

/** Whether a manager would turn quadlets into services. */
export function isGeneratorInstalled(): boolean {
  return DIRECTORIES.some((directory) => namesIn(directory).includes(GENERATOR));
}

/**
 * What to do where it isn't. systemd runs a generator for every user, so a program that the caller can change
 * is not for that: whoever gets at the caller's files would have the others' accounts.
 * @param program absolute path of tspod, `<directory>/bin/tspod`
 */
export function generatorHint(program: string): string {
  const isCallers = statSync(program, { throwIfNoEntry: false })?.uid === process.getuid?.();
  const prefix = dirname(dirname(program));
  const owned = isCallers ? "/opt/tspod" : prefix;
  // Not the prefix whole: in ~/.local, where scripts/install puts it, is the store, too.
  const copy = isCallers
    ? `mkdir -p ${owned}/bin ${owned}/lib && cp -a ${program} ${owned}/bin && cp -a ${prefix}/lib/tspod ${owned}/lib && chown -R 0:0 ${owned} && `
    : "";
  return `systemd doesn't know tspod's generator yet, so nothing comes of quadlets; as root: ${copy}mkdir -p /etc/systemd/user-generators && ln -s ${owned}/bin/tspod /etc/systemd/user-generators/${GENERATOR}`;
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return []; // not there
  }
}
