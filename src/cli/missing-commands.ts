import { ownValue } from "../oci/shape.ts";

/**
 * Groups and commands of Podman that tspod does not have, and what to do
 * or why. A group's reason is its commands', too.
 */
const MISSING: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ["create", "export", "import", "inspect", "remove", "rm", "show", "update", "use"].map((word) => [
      `context ${word}`,
      "tspod has no daemon to choose: it works on this machine, for the user who calls it",
    ]),
  ),
  checkpoint: "CRIU takes root's rights",
  "container checkpoint": "CRIU takes root's rights",
  "container restore": "CRIU takes root's rights",
  farm: "there are no remote machines to build on",
  "generate spec": "nobody but Podman reads such a file",
  "image scp": "there are no remote machines: tspod save IMAGE | ssh HOST tspod load",
  machine: "Linux needs no virtual machine",
  plugin: "there are no plugins",
  restore: "CRIU takes root's rights",
  service: "there is no cluster; a quadlet makes a service of a container: tspod quadlet --help",
  stack: "there is no cluster; quadlets are files of containers, networks and volumes: tspod quadlet --help",
  swarm: "there is no cluster",
  "system connection add": "there are no remote machines",
  "system connection default": "there are no remote machines",
  "system connection remove": "there are no remote machines",
  "system connection rename": "there are no remote machines",
  "system connection rm": "there are no remote machines",
  "system service": "there is no API yet",
};

/**
 * Why tspod does not have Podman's command of these words; undefined for a command that Podman does not have
 * either.
 */
export function reasonForMissing(name: string): string | undefined {
  const words = name.split(" ");
  return words
    .map((_, index) => ownValue(MISSING, words.slice(0, index + 1).join(" ")))
    .find((reason) => reason !== undefined);
}

/** Words that other programs have for commands of ours, without a group or in any. */
const SYNONYMS: Readonly<Record<string, readonly string[]>> = {
  add: ["create"],
  del: ["rm"],
  delete: ["rm", "rmi"],
  dir: ["ls"],
  down: ["stop", "rm", "quadlet"],
  get: ["inspect", "ls"],
  list: ["ps", "images", "ls"],
  ls: ["ps", "images"],
  new: ["create"],
  remove: ["rm", "rmi"],
  shell: ["exec", "run", "unshare"],
  show: ["inspect"],
  ssh: ["exec"],
  up: ["run", "start", "quadlet"],
};

/** The commands of a group that a foreign word may mean; none for words that other programs don't have. */
export function commandsMeant(word: string, known: readonly string[]): string[] {
  return (ownValue(SYNONYMS, word) ?? []).filter((name) => known.includes(name));
}
