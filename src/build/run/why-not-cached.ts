import { lstatSync, readdirSync, readFileSync, readlinkSync, type Stats } from "node:fs";
import { join } from "node:path";
import type { Digest } from "../../oci/digest.ts";
import { list, soundJson, text } from "../../oci/shape.ts";
import { hasLayer, layerFiles } from "../../storage/layers/layers.ts";
import type { Store } from "../../storage/store.ts";
import type { Journal, JournalStage, JournalStep } from "./journal.ts";

/** Why one step was not taken from the cache. */
export interface Explanation {
  readonly stage: string;
  readonly step: string;
  /** One sentence each. */
  readonly reasons: readonly string[];
}

/** So many names of files are printed. */
const FILES_MAX = 10;

/**
 * For each stage of a build the first step that was done anew, and what made it so: a file, an argument, the
 * base, the instruction itself. The steps after it follow from it.
 */
export function whyNotCached(store: Store, journal: Journal): Explanation[] {
  return journal.stages.flatMap((stage) => {
    const position = stage.steps.findIndex(({ outcome }) => outcome === "done" || outcome === "failed");
    const step = stage.steps[position];
    if (step === undefined) return [];
    const before = journal.before?.stages.find(
      (each) => each.name === stage.name && each.index === stage.index,
    );
    const reasons = reasonsFor(store, { journal, stage, before, position, step });
    return [{ stage: stage.name, step: step.text, reasons }];
  });
}

interface Case {
  readonly journal: Journal;
  readonly stage: JournalStage;
  readonly before: JournalStage | undefined;
  readonly position: number;
  readonly step: JournalStep;
}

function reasonsFor(store: Store, { journal, before, position, step }: Case): string[] {
  if (journal.noCache) return ["the build was asked not to use the cache (--no-cache, --layers=false)"];
  if (before === undefined) return ["it is the first build of this Dockerfile with this context"];
  const then = before.steps[position];
  if (then === undefined) return ["the instruction is new"];
  if (then.text !== step.text) return [`the instruction has changed: it was "${then.text}"`];
  if (then.outcome === "failed") return ["it has failed the last time, and only what succeeds is kept"];
  const reasons = [...new Set([...Object.keys(then.facts), ...Object.keys(step.facts)])].flatMap((kind) =>
    changeOf(kind, { was: then.facts[kind] ?? "", is: step.facts[kind] ?? "" }),
  );
  const takesFiles = then.facts.contents !== step.facts.contents;
  const files = takesFiles ? changedFiles(store, then.chainId, step.chainId) : [];
  if (reasons.length === 0 && files.length === 0)
    return [
      "nothing that it depends on has changed: its result is not in the cache any more (it was pruned)",
    ];
  const more = files.length > FILES_MAX ? [`and ${files.length - FILES_MAX} more files`] : [];
  return [...reasons, ...files.slice(0, FILES_MAX), ...more];
}

const WORDS: Readonly<Record<string, string>> = {
  base: "what it stands on has changed: the base image, or a step before it",
  contents: "the files that it takes have changed",
  mounts: "what is mounted has changed",
  command: "the command has changed",
  user: "the USER has changed",
  workdir: "the WORKDIR has changed",
  platform: "the platform has changed",
  time: "the date that the build gives to files has changed",
};

function changeOf(kind: string, { was, is }: { was: string; is: string }): string[] {
  if (was === is) return [];
  if (kind === "environment") return changedVariables(linesOf(was), linesOf(is));
  return [WORDS[kind] ?? `its ${kind} has changed: from ${was || "nothing"} to ${is || "nothing"}`];
}

/** `NAME=VALUE` each. */
function linesOf(fact: string): readonly string[] {
  return soundJson(list(text), fact) ?? [];
}

function changedVariables(was: readonly string[], is: readonly string[]): string[] {
  const values = (lines: readonly string[]) => new Map(lines.map((line) => split(line)));
  const [before, now] = [values(was), values(is)];
  return [...new Set([...before.keys(), ...now.keys()])].flatMap((name) => {
    const [old, value] = [before.get(name), now.get(name)];
    if (old === value) return [];
    if (old === undefined) return [`the argument or variable ${name} is new: "${value}"`];
    if (value === undefined) return [`the argument or variable ${name} is not set any more`];
    return [`the argument or variable ${name} has changed: from "${old}" to "${value}"`];
  });
}

function split(line: string): [string, string] {
  const at = line.indexOf("=");
  return [line.slice(0, at), line.slice(at + 1)];
}

/** The layers of then and now show which files they are, as long as both are there. */
function changedFiles(store: Store, then: Digest | undefined, now: Digest | undefined): string[] {
  if (then === undefined || now === undefined || then === now) return [];
  if (!hasLayer(store, then) || !hasLayer(store, now)) return [];
  const [was, is] = [filesOf(layerFiles(store, then)), filesOf(layerFiles(store, now))];
  return [...new Set([...was.keys(), ...is.keys()])].sort().flatMap((path) => {
    const [old, current] = [was.get(path), is.get(path)];
    if (old === undefined) return [`new: /${path}`];
    if (current === undefined) return [`gone: /${path}`];
    return isSame(old, current) ? [] : [`changed: /${path}`];
  });
}

interface Found {
  readonly path: string;
  readonly status: Stats;
}

/** All but directories, by their paths. */
function filesOf(root: string): Map<string, Found> {
  const found = new Map<string, Found>();
  const ahead = [""];
  for (let directory = ahead.pop(); directory !== undefined; directory = ahead.pop()) {
    for (const name of readdirSync(join(root, directory))) {
      const path = directory === "" ? name : `${directory}/${name}`;
      const status = lstatSync(join(root, path));
      if (status.isDirectory()) ahead.push(path);
      else found.set(path, { path: join(root, path), status });
    }
  }
  return found;
}

function isSame(a: Found, b: Found): boolean {
  if (a.status.mode !== b.status.mode || a.status.size !== b.status.size) return false;
  if (a.status.uid !== b.status.uid || a.status.gid !== b.status.gid) return false;
  if (a.status.isSymbolicLink()) return readlinkSync(a.path) === readlinkSync(b.path);
  if (!a.status.isFile() || a.status.mtimeMs === b.status.mtimeMs) return true;
  return readFileSync(a.path).equals(readFileSync(b.path));
}
