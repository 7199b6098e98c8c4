import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import type { Command } from "../../src/cli/define-command.ts";
import { persistentFlagTable } from "../../src/cli/flags/global-flags.ts";
import { reasonForMissing } from "../../src/cli/missing-commands.ts";
import { unsupportedReason } from "../../src/commands/flags/create/unsupported.ts";
import { commands } from "../../src/commands/index.ts";
import { PODMAN, PODMAN_MAJOR } from "../support/podman.ts";
import { podman5Flags } from "../support/podman5-flags.ts";

/*
 * Every flag of every command of the Podman that is installed, and of Podman 5.8.6, whose names of commands
 * and flags stand in a file: tspod has it, refuses it by its name, or it stands here with the reason why not.
 */

/** Flags of podman that tspod's command does not know, and why. */
const NO_FLAG: Readonly<Record<string, string>> = {
  "artifact push --sign-by": "push signs images, not lists and artifacts",
  "artifact push --sign-by-sigstore-private-key": "push signs images, not lists and artifacts",
  "artifact push --sign-passphrase-file": "push signs images, not lists and artifacts",
  "manifest push --sign-by": "push signs images, not lists and artifacts",
  "manifest push --sign-by-sigstore-private-key": "push signs images, not lists and artifacts",
  "manifest push --sign-passphrase-file": "push signs images, not lists and artifacts",
  "network reload --latest": "it does nothing: rules that a firewall has flushed are not tspod's",
  "unshare --rootless-netns": "there is no network namespace for all containers",
};

/** Why tspod's command does not know a flag of Podman of that major version. */
function reasonForNo(command: string, flag: string, major: number): string | undefined {
  const later = major < 5 ? undefined : podman5Flags[flag];
  const words = `${command} --${flag}`;
  return NO_FLAG[words] ?? later;
}

/** Names of flags in the text of `--help`. */
function flagsIn(help: string): string[] {
  const options = help.slice(help.indexOf("\nOptions:\n"));
  return [...options.matchAll(/^ {2}(?:-\w, | {4})--([a-z][a-z0-9-]*)/gm)].map(([, name = ""]) => name);
}

function commandsIn(help: string): string[] {
  const [, list = ""] = /\nAvailable Commands:\n(.*?)\n\n/s.exec(help) ?? [];
  return [...list.matchAll(/^ {2}(\S+)/gm)].map(([, name = ""]) => name);
}

/** `compose --help` of Podman 5 fails where no provider is installed, once it has printed its text. */
const helpOf = (words: readonly string[]): string =>
  spawnSync(PODMAN, [...words, "--help"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).stdout;

/** Commands below these words, with their flags. */
function leaves(words: readonly string[]): [string, string[]][] {
  const name = words.join(" ");
  if (name === "help") return [];
  const help = helpOf(words);
  const below = commandsIn(help);
  return below.length > 0 ? below.flatMap((word) => leaves([...words, word])) : [[name, flagsIn(help)]];
}

function knows({ flags }: Command, name: string): boolean {
  const tables = { ...persistentFlagTable, ...flags };
  return name in tables || Object.values(tables).some(({ aliases }) => aliases?.includes(name));
}

const differences = readFileSync(join(import.meta.dirname, "../../docs/podman-differences.md"), "utf8");

/** Lines `COMMAND:FLAG FLAG…`. */
function recorded(): [string, string[]][] {
  const text = readFileSync(join(import.meta.dirname, "../fixtures/podman-5.8.6-flags.txt"), "utf8");
  return text
    .trim()
    .split("\n")
    .map((line) => {
      const [name = "", flags = ""] = line.split(":");
      return [name, flags.split(" ").filter(Boolean)];
    });
}

for (const [podman, major, all] of [
  ["the podman that is installed", PODMAN_MAJOR, leaves([])],
  ["podman 5.8.6", 5, recorded()],
] as const)
  describe(podman, () => {
    for (const [name, flags] of all) checkCommand(name, flags, major);
  });

function checkCommand(name: string, flags: readonly string[], major: number): void {
  const load = commands.load(name);
  if (load === undefined) {
    test(`${name}: not in tspod`, () =>
      assert.ok(reasonForMissing(name), "no such command in tspod, and no reason why"));
    return;
  }
  test(`${name}: its ${flags.length} flags`, async () => {
    const command = await load;
    const missing = flags.filter((flag) => flag !== "help" && !command.raw && !knows(command, flag));
    const unexplained = missing.filter((flag) => reasonForNo(name, flag, major) === undefined);
    const untold = missing.filter((flag) => !differences.includes(`--${flag}\``));
    assert.deepEqual(untold, [], "flags that docs/podman-differences.md doesn't name");
    assert.deepEqual(unexplained, [], "flags that tspod does not know, and no reason why");
  });
}

describe("flags that are known and refused say why", () => {
  for (const flag of ["device-cgroup-rule"])
    test(`--${flag}`, () => assert.match(unsupportedReason(flag) ?? "", /\w{4}/));
});
