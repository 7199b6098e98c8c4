import { TspodError } from "../../errors.ts";
import { type Digest, digestHex, sha256 } from "../../oci/digest.ts";
import type { ImageHistory } from "../../oci/image-config.ts";
import { ExitCode } from "../../os/exit-code.ts";
import { nowRfc3339Nano } from "../../os/time.ts";
import {
  type CacheRecord,
  findCached,
  saveCached,
  wasCached,
} from "../../storage/build-cache/cache-records.ts";
import { layerFiles } from "../../storage/layers/layers.ts";
import { newCopiedFiles, readCopiedFiles } from "../files/copied-files.ts";
import type { EarlierLayer } from "../files/earlier-copy.ts";
import { fetchSources } from "../files/fetch-sources.ts";
import { DockerfileError } from "../parse/dockerfile-error.ts";
import { parseTrigger } from "../parse/parse-instruction.ts";
import type { PlannedStage } from "../plan/graph.ts";
import { planSteps, type StageInstruction } from "../plan/plan-steps.ts";
import { type StageState, withVariable } from "../plan/stage-state.ts";
import type { CopyStep, Step } from "../plan/step.ts";
import type { Build, BuiltStage } from "./build.ts";
import { findStep, keepForOthers, reuse, type TakenLayer } from "./cached-step.ts";
import { doCopy, doRun, doWorkdir, type StepContext, type StepFiles } from "./do-step.ts";
import { FailedStepError } from "./failed-step.ts";
import { finishLayer } from "./finish-layer.ts";
import type { JournalStep, StageWriter, StepFacts } from "./journal.ts";
import type { StageReport } from "./report.ts";
import { stageBase } from "./stage-base.ts";
import { copyFamily, copyKeys, copyLineage, runKeys, type StepKeys, workdirKeys } from "./step-keys.ts";
import { type UsageMeter, usageMeter } from "./usage-meter.ts";

/**
 * Build one stage: its base, then step by step, each from the cache or anew.
 * @throws {FailedStepError} If a command fails; the steps before it stay in the cache.
 */
export async function buildStage(build: Build, planned: PlannedStage): Promise<BuiltStage> {
  const report = build.report(planned.stage.index);
  const journal = build.journal.stage(planned);
  const meter = usageMeter();
  try {
    const { built: base, triggers } = await stageBase(build, planned);
    const start = { ...base, state: withCommandLine(base.state, build) };
    for (const { chainId } of base.layers) build.workshop.show(chainId);
    const steps = planSteps(start.state, instructionsOf(planned, triggers), {
      given: build.settings.args,
      globals: build.graph.globals,
      escapeChar: build.graph.dockerfile.directives.escapeChar,
    });
    report.step(1, steps.length + 1, planned.fromText);
    report.usage(meter.read());
    let stage: BuiltStage = start;
    for (const [index, step] of steps.entries()) {
      build.settings.signal.throwIfAborted();
      report.step(index + 2, steps.length + 1, step.text);
      meter.begin();
      stage = await takeStep(build, step, { stage, planned, report, journal, meter });
      report.done(stageId(stage));
      report.usage(meter.read());
    }
    return stage;
  } finally {
    journal.end();
    report.end();
  }
}

/** What the image keeps for those who build upon it comes first. */
function instructionsOf({ stage }: PlannedStage, triggers: readonly string[]): StageInstruction[] {
  const { lines } = stage.from;
  const first = triggers.map((text) => ({ ...parseTrigger(text), text, lines }) as StageInstruction);
  return [...first, ...stage.instructions];
}

/** `--env` is there for every step. */
function withCommandLine(state: StageState, { settings }: Build): StageState {
  const env = new Map(state.env);
  let list = state.config.Env ?? [];
  for (const [name, value] of settings.env) {
    env.set(name, value);
    list = withVariable(list, name, value);
  }
  return { ...state, env, config: { ...state.config, Env: list } };
}

/** Stands for all that a stage is, as the ID of an image would. */
function stageId({ state, layers }: BuiltStage): string {
  return digestHex(sha256(JSON.stringify([state.config, layers.at(-1)?.chainId ?? ""])));
}

interface StepSurroundings {
  readonly stage: BuiltStage;
  readonly planned: PlannedStage;
  readonly report: StageReport;
  readonly journal: StageWriter;
  readonly meter: UsageMeter;
}

async function takeStep(build: Build, step: Step, around: StepSurroundings): Promise<BuiltStage> {
  const { stage, journal } = around;
  const began = performance.now();
  let facts: StepFacts = {};
  const note = (more: Pick<JournalStep, "outcome" | "chainId">): void =>
    journal.step({ text: step.text, facts, ...more, milliseconds: Math.round(performance.now() - began) });
  if (step.action.kind === "config") {
    note({ outcome: "setting" });
    const entry = historyEntry(step, { created: stage.created, hasLayer: false });
    return { ...stage, state: step.after, history: [...stage.history, entry] };
  }
  try {
    const { layer, created, isCached } = await takeLayer(build, step, {
      ...around,
      onFacts(known) {
        facts = known;
      },
    });
    note({ outcome: isCached ? "cached" : "done", chainId: layer?.chainId });
    const entry = historyEntry(step, { created, hasLayer: layer !== undefined });
    return {
      ...stage,
      state: step.after,
      history: [...stage.history, entry],
      layers: layer === undefined ? stage.layers : [...stage.layers, layer],
      created,
    };
  } catch (error) {
    note({ outcome: "failed" });
    around.report.usage(around.meter.read());
    if (error instanceof DockerfileError) throw error;
    around.report.failed(step.lines, error instanceof FailedStepError);
    throw atStep(step, error);
  }
}

/**
 * With the step in front, as Podman has it; what has an exit code of its own says the step already, or is no
 * step's.
 */
function atStep(step: Step, cause: unknown): unknown {
  if (
    !(cause instanceof TspodError) ||
    cause.exitCode !== ExitCode.failed ||
    cause instanceof FailedStepError
  )
    return cause;
  return new TspodError(`building at STEP "${step.text}"`, { cause });
}

function historyEntry(
  step: Step,
  { created, hasLayer }: { created: string | undefined; hasLayer: boolean },
): ImageHistory {
  const author = step.after.author;
  return {
    ...(created !== undefined && { created }),
    created_by: step.createdBy,
    ...(author !== undefined && { author }),
    ...(!hasLayer && { empty_layer: true }),
  };
}

/** From the cache, or made now and kept in it. */
async function takeLayer(
  build: Build,
  step: Step,
  around: StepSurroundings & { readonly onFacts: (facts: StepFacts) => void },
): Promise<TakenLayer> {
  const { store } = build.engine;
  const context = stepContext(build, step, around);
  const { keys, make, family, lineage } = await stepWork(build, step, context);
  const isFirst = family !== undefined && !wasCached(store, family);
  const isNew = context.noCache || (isFirst && build.imported?.isEmpty !== false);
  const asked = isNew ? undefined : await keys();
  const cached = asked && (await findStep(build, asked));
  if (asked !== undefined) around.onFacts(await asked.facts());
  if (cached !== undefined) {
    keepForOthers(build, { step, context, keys: [asked?.first], record: cached });
    // The step came from another machine.
    if (isFirst && family !== undefined) saveCached(store, [family], cached);
    return reuse(build, cached, around.report);
  }
  const files = await make();
  const created = dateOf(build);
  const layer = files && (await finishLayer(build, files, context));
  if (layer !== undefined) files?.copied?.save(layer.chainId);
  // What was copied counts, whatever was there when it was looked for.
  const contents = files?.contents;
  const { first, second, facts } = contents === undefined ? (asked ?? (await keys())) : await keys(contents);
  const allKeys = [first, await second(), family, lineage].filter((key) => key !== undefined);
  const record: CacheRecord = {
    schemaVersion: 1,
    ...(layer !== undefined && { chainId: layer.chainId, diffId: layer.diffId, size: layer.size }),
    below: context.layers.map(({ chainId }) => chainId),
    created,
    text: step.text,
  };
  keepForOthers(build, {
    step,
    context,
    keys: allKeys.filter((key) => key !== family && key !== lineage),
    record,
  });
  const committed = (layer?.committed ?? Promise.resolve()).then(() => saveCached(store, allKeys, record));
  committed.catch(() => undefined); // The end of the build waits for it, and hears of it.
  around.onFacts(await facts());
  return { layer: layer && { ...layer, committed }, created, isCached: false };
}

function stepContext(
  build: Build,
  step: Step,
  { stage, planned, report, meter }: StepSurroundings,
): StepContext {
  const { noCache } = build.settings;
  return {
    layers: stage.layers,
    index: planned.stage.index,
    lowers: stage.layers.map(({ chainId }) => layerFiles(build.engine.store, chainId)).reverse(),
    report,
    meter,
    state: step.after,
    noCache: noCache === "all" || noCache.includes(planned.stage.from.name ?? String(planned.stage.index)),
  };
}

interface StepWork {
  /** @param known contents that were copied meanwhile */
  readonly keys: (known?: readonly unknown[]) => Promise<StepKeys>;
  /** There where contents need not be read first. */
  readonly family?: Digest;
  /** Of a step that may take files from the layer that it has made before. */
  readonly lineage?: Digest;
  readonly make: () => Promise<StepFiles | undefined>;
}

async function stepWork(build: Build, { action }: Step, context: StepContext): Promise<StepWork> {
  switch (action.kind) {
    case "run":
      return { keys: () => runKeys(build, action, context), make: () => doRun(build, action, context) };
    case "workdir":
      return {
        keys: async () => workdirKeys(build, action, context),
        make: async () => doWorkdir(build, action, context),
      };
    case "copy":
    case "add": {
      const fetched = await fetchSources(build, action);
      return {
        keys: (known) => copyKeys(build, action, { place: { ...context, fetched }, ...(known && { known }) }),
        family: copyFamily(build, action, context),
        lineage: copyLineage(action),
        make: () =>
          doCopy(build, action, {
            ...context,
            fetched,
            earlier: earlierLayer(build, action, context),
            copied: newCopiedFiles(build.engine.store, copyLineage(action)),
          }),
      };
    }
    case "config":
      throw new Error("an instruction that makes no layer");
  }
}

/**
 * The layer that such a step has made before. Not where the times of files are changed afterwards, which
 * would change them in both, nor where nothing is to come from the cache.
 */
function earlierLayer(build: Build, step: CopyStep, { noCache }: StepContext): EarlierLayer | undefined {
  const { settings, engine } = build;
  if (noCache || (settings.time !== undefined && settings.time.files !== "keep")) return undefined;
  const { store } = engine;
  const lineage = copyLineage(step);
  const chainId = findCached(store, lineage, settings.cacheTtlMs)?.chainId;
  if (chainId === undefined) return undefined;
  return { files: layerFiles(store, chainId), digests: readCopiedFiles(store, lineage, chainId) };
}

/** The time it is, or the one that all dates of the build are to be. */
export function dateOf({ settings: { time } }: Pick<Build, "settings">): string {
  return time === undefined
    ? nowRfc3339Nano()
    : new Date(time.seconds * 1000).toISOString().replace(".000Z", "Z");
}
