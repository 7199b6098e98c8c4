import { readdirSync } from "node:fs";

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

/** What to do where it isn't. @param program absolute path of tspod */
export function generatorHint(program: string): string {
  return `systemd doesn't know tspod's generator yet, so nothing comes of quadlets; as root: mkdir -p /etc/systemd/user-generators && ln -s ${program} /etc/systemd/user-generators/${GENERATOR}`;
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return []; // not there
  }
}
