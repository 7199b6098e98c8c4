import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { type Digest, isDigest } from "../../oci/digest.ts";
import { flag, integer, list, map, members, oneOf, soundJson, text, textThat } from "../../oci/shape.ts";
import { writeFileAtomic } from "../../os/files/write-file-atomic.ts";
import { hasCode } from "../../os/system-error.ts";
import type { Store } from "../../storage/store.ts";
import type { BuildGraph, PlannedStage } from "../plan/graph.ts";

/** What a step's result depends on, by kind, as text that can be compared and shown. */
export type StepFacts = Readonly<Record<string, string>>;

export interface JournalStep {
  /** As the Dockerfile has it. */
  readonly text: string;
  /** A "setting" changes the image's config only. */
  readonly outcome: "setting" | "cached" | "done" | "failed";
  readonly milliseconds: number;
  readonly facts: StepFacts;
  /** Its layer. */
  readonly chainId?: Digest | undefined;
}

export interface JournalStage {
  readonly index: number;
  readonly name: string;
  /** The FROM as the Dockerfile has it. */
  readonly from: string;
  /** Indexes of the stages that it needs. */
  readonly needs: readonly number[];
  /** Milliseconds since the build began. */
  readonly began: number;
  readonly ended: number;
  readonly steps: readonly JournalStep[];
}

/** What one build did. */
export interface Journal {
  readonly schemaVersion: 1;
  readonly name: BuildName;
  /** Milliseconds since the epoch. */
  readonly started: number;
  readonly stages: readonly JournalStage[];
  /** Whether a part of the cache was left out on purpose. */
  readonly noCache: boolean;
  /** What the build of the same name before it did; without its own predecessor. */
  readonly before?: Omit<Journal, "before"> | undefined;
}

/** Builds of the same name are compared. */
export interface BuildName {
  /** Absolute path of the context; "": there was none. */
  readonly context: string;
  readonly dockerfile: string;
  readonly target: string;
  readonly platform: string;
}

export interface JournalWriter {
  stage(planned: PlannedStage): StageWriter;
  /** What has come so far. */
  read(): Journal;
}

export interface StageWriter {
  step(step: JournalStep): void;
  end(): void;
}

export function openJournal(
  { dockerfile }: Pick<BuildGraph, "dockerfile">,
  { name, noCache }: Pick<Journal, "name" | "noCache">,
): JournalWriter {
  const started = Date.now();
  const stages = new Map<number, JournalStage>();
  return {
    stage({ stage: { index, from }, needs }) {
      const began = Date.now() - started;
      const stageName = from.name ?? (dockerfile.stages.length > 1 ? String(index) : "build");
      let current: JournalStage = {
        index,
        name: stageName,
        from: from.text,
        needs,
        began,
        ended: began,
        steps: [],
      };
      const change = (more: Partial<JournalStage>): void => {
        current = { ...current, ...more, ended: Date.now() - started };
        stages.set(index, current);
      };
      change({});
      return { step: (step) => change({ steps: [...current.steps, step] }), end: () => change({}) };
    },
    read: () => ({
      schemaVersion: 1,
      name,
      started,
      noCache,
      stages: [...stages.values()].sort((a, b) => a.index - b.index),
    }),
  };
}

/** So many are kept, those of the latest builds. */
const KEPT = 32;

function directoryOf(store: Store): string {
  return join(store.root, "build", "journal");
}

/** Keep what a build did, beside what the one before it of that name did. */
export function saveJournal(store: Store, journal: Journal): void {
  const directory = directoryOf(store);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const path = join(
    directory,
    `${createHash("sha256").update(JSON.stringify(journal.name)).digest("hex")}.json`,
  );
  const known = readJournal(path);
  const before = known && { ...known, before: undefined };
  writeFileAtomic(path, `${JSON.stringify({ ...journal, before })}\n`);
  for (const each of journalPaths(store).slice(KEPT)) rmSync(each, { force: true });
}

/** The journals of the latest builds, newest first. */
export function listJournals(store: Store): Journal[] {
  return journalPaths(store).flatMap((path) => readJournal(path) ?? []);
}

function journalPaths(store: Store): string[] {
  const directory = directoryOf(store);
  let names: string[];
  try {
    names = readdirSync(directory).filter((name) => /^[0-9a-f]{64}\.json$/.test(name));
  } catch (error) {
    if (hasCode(error, "ENOENT")) return [];
    throw error;
  }
  const paths = names.map((name) => join(directory, name));
  const age = (path: string): number => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
  return paths
    .map((path) => ({ path, time: age(path) }))
    .sort((a, b) => b.time - a.time)
    .map(({ path }) => path);
}

const step = members(
  { text, outcome: oneOf("setting", "cached", "done", "failed"), milliseconds: integer, facts: map(text) },
  { chainId: textThat(isDigest, "a sha256 digest") },
);
const stage = members({
  index: integer,
  name: text,
  from: text,
  needs: list(integer),
  began: integer,
  ended: integer,
  steps: list(step),
});
const one = {
  schemaVersion: oneOf(1),
  name: members({ context: text, dockerfile: text, target: text, platform: text }),
  started: integer,
  stages: list(stage),
  noCache: flag,
} as const;
const journalShape = members(one, { before: members(one) });

/** One that is damaged, or of a newer tspod, counts as not there: it only serves to explain. */
function readJournal(path: string): Journal | undefined {
  try {
    return soundJson(journalShape, readFileSync(path, "utf8"));
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  }
}
