import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { after, describe, test } from "node:test";
import type { Host } from "../support/host.ts";
import { makePodman, PODMAN_MAJOR, PODMAN_VERSION } from "../support/podman.ts";
import { IMAGE, makeWorld } from "../support/world.ts";
import { badInputScripts } from "./differential/bad-input.ts";
import { type CommandLine, type Script, wordsOf } from "./differential/command-line.ts";
import { containerErrorScripts } from "./differential/container-errors.ts";
import { containerScripts } from "./differential/containers.ts";
import { emptyValueScripts } from "./differential/empty-values.ts";
import { imageScripts } from "./differential/images.ts";
import { knownDifferences } from "./differential/known-differences.ts";
import { laterAnswers } from "./differential/later-answers.ts";
import { nameAndListScripts } from "./differential/names-and-lists.ts";
import { networkErrorScripts } from "./differential/network-errors.ts";
import { normalise } from "./differential/normalise.ts";
import { podErrorScripts } from "./differential/pod-errors.ts";
import { differencesFrom54 } from "./differential/podman-5.4.ts";
import { selectionScripts } from "./differential/selection.ts";
import { siblingScripts } from "./differential/siblings.ts";
import { volumeErrorScripts } from "./differential/volume-errors.ts";

/**
 * The same command lines to tspod and to the podman that is installed (4.3.1 on Debian 12, 5.4.2 on
 * Debian 13, 5.8.6, the reference, on Debian 14), each with a store of its own and the same image in it.
 */
const scripts: readonly Script[] = [
  ...badInputScripts,
  ...containerScripts,
  ...imageScripts,
  ...selectionScripts,
  ...siblingScripts,
  ...emptyValueScripts,
  ...nameAndListScripts,
  // Mistakes over all commands, whose words Podman 4.3 and 5.4 did not have yet.
  ...(PODMAN_VERSION.startsWith("5.8.")
    ? [...networkErrorScripts, ...volumeErrorScripts, ...podErrorScripts, ...containerErrorScripts]
    : []),
];

/** Neither the oldest that is compared with nor the reference. */
const IS_5_4 = /^5\.[0-7]\./.test(PODMAN_VERSION);

const world = await makeWorld();
const podman = makePodman();
after(async () => {
  await podman.close();
  await world.close();
});
podman.configureRegistries(readFileSync(join(world.host.configDirectory, "registries.conf"), "utf8"));
await podman.ok(["pull", "--quiet", IMAGE]);

const [ours, theirs] = await Promise.all([answers(world.host), answers(podman)]);

for (const [at, { name, lines }] of scripts.entries()) {
  describe(name, () => {
    for (const [index, line] of lines.entries()) {
      const [mine = "", other = ""] = [ours[at]?.[index], theirs[at]?.[index]];
      const reason = reasonFor(line);
      const of = `podman ${PODMAN_VERSION}`;
      test(reason === undefined ? `${line}: as ${of}` : `${line}: not as ${of}, since ${reason}`, () => {
        if (reason === undefined) assert.equal(mine, other);
        else assert.notEqual(mine, other, "no longer differs: take it out of the table");
      });
    }
  });
}

test("the table of known differences has no line that is not run", () => {
  const lines = new Set(scripts.flatMap((script) => script.lines));
  assert.deepEqual(
    [...Object.keys(knownDifferences), ...Object.keys(differencesFrom54), ...laterAnswers].filter(
      (line) => !lines.has(line),
    ),
    [],
  );
});

/** Why tspod differs from the podman that is here, where it does. */
function reasonFor(line: CommandLine): string | undefined {
  if (IS_5_4 && line in differencesFrom54) return differencesFrom54[line];
  if (laterAnswers.has(line)) return PODMAN_MAJOR < 5 ? "podman 5.8 answers as tspod does" : undefined;
  const difference = knownDifferences[line];
  if (difference === undefined || typeof difference === "string") return difference;
  return PODMAN_MAJOR < 5 ? difference.podman4 : difference.podman5;
}

/** What a program says to each line of each script, normalised. */
async function answers(host: Host): Promise<string[][]> {
  const all: string[][] = [];
  for (const script of scripts) all.push(await answersTo(script.lines, host));
  return all;
}

async function answersTo(lines: readonly CommandLine[], host: Host): Promise<string[]> {
  const said: string[] = [];
  for (const line of lines) {
    const result = await host.tspod(wordsOf(line, IMAGE), { input: "" });
    said.push(normalise(result, host.directory));
  }
  await host.ok(["rm", "--all", "--force", "--time", "0"]);
  return said;
}
