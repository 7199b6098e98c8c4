import type { Engine } from "../../container/state/engine.ts";
import type { Descriptor } from "../../oci/descriptor.ts";
import type { Digest } from "../../oci/digest.ts";
import type { ImageConfig, ImageHistory } from "../../oci/image-config.ts";
import type { Platform } from "../../oci/platform.ts";
import type { CreateOptions } from "../../options/create-options.ts";
import type { Runtime } from "../../rootless/runtime.ts";
import type { StoredImage } from "../../storage/images/stored-image.ts";
import type { WriteOut } from "../../storage/tree/write-out.ts";
import type { CachedStep } from "../cache/cache-image.ts";
import type { ImportedCaches } from "../cache/imported-caches.ts";
import type { FileDigests } from "../files/file-digests.ts";
import type { SourceRoot } from "../files/source-root.ts";
import type { Values } from "../plan/build-args.ts";
import type { BuildGraph } from "../plan/graph.ts";
import type { StageState } from "../plan/stage-state.ts";
import type { Secrets } from "../process/secrets.ts";
import type { JournalWriter } from "./journal.ts";
import type { StageReport } from "./report.ts";
import type { Workshop } from "./workshop.ts";

/** What a name given by `--build-context` stands for. */
export type NamedContext =
  | { readonly kind: "tree"; readonly root: SourceRoot }
  | { readonly kind: "image"; readonly name: string };

/** What the caller asks of a build, but for the Dockerfile and what is made of the result. */
export interface BuildSettings {
  /** The context; absent: there is none. */
  readonly context: SourceRoot | undefined;
  readonly contexts: ReadonlyMap<string, NamedContext>;
  /** `--build-arg`s. */
  readonly args: Values;
  readonly platform: Platform;
  /** Stages by name for which nothing is taken from the cache; "all": for all. */
  readonly noCache: "all" | readonly string[];
  /** Milliseconds; cached steps that are older don't count. */
  readonly cacheTtlMs?: number | undefined;
  /** Whether every step is a layer; otherwise each stage is one, and nothing is looked up. */
  readonly layers: boolean;
  /** How many stages are built at once. */
  readonly jobs: number;
  readonly secrets: Secrets;
  /** What RUN steps get from the command line. */
  readonly options: CreateOptions;
  readonly runtime: Runtime;
  /** `NAME=VALUE` of proxies, for RUN only. */
  readonly proxies: readonly string[];
  readonly stdin: boolean;
  /** Whether a RUN may have all rights that its user namespace gives. */
  readonly allowInsecure: boolean;
  /** Variables and labels that the command line adds to all stages. */
  readonly env: readonly (readonly [name: string, value: string])[];
  /** What of the base images' settings stays. */
  readonly inherits: { readonly labels: boolean; readonly annotations: boolean };
  /** Seconds since the epoch that the image's dates and files get; absent: the time it is. */
  readonly time?: BuildTime | undefined;
  readonly createCommand: readonly string[];
  readonly signal: AbortSignal;
}

export interface BuildTime {
  /** Seconds since the epoch. */
  readonly seconds: number;
  /** What becomes of the times of new files: all are set, those that are later, or none. */
  readonly files: "set" | "clamp" | "keep";
}

export interface KeptSteps {
  note(stage: number, step: CachedStep): void;
  of(stage: number): readonly CachedStep[];
}

/** One build under way. */
export interface Build {
  readonly engine: Engine;
  readonly workshop: Workshop;
  readonly settings: BuildSettings;
  readonly graph: BuildGraph;
  readonly writeOut: WriteOut;
  readonly digests: FileDigests;
  /** The image of a name, pulled where it must be. */
  readonly findImage: (name: string, platform: Platform | undefined) => Promise<StoredImage>;
  readonly report: (index: number) => StageReport;
  /** What is done, step by step. */
  readonly journal: JournalWriter;
  /** The steps of each stage, as another machine would look for them. */
  readonly keptSteps: KeptSteps;
  /** Caches of `--cache-from`; absent: none was given. */
  readonly imported?: ImportedCaches | undefined;
  /** A stage of this build, which is begun where that has not been done. */
  readonly stage: (index: number) => Promise<BuiltStage>;
  /** The files of an image or a stage together, mounted once. Absolute path. */
  readonly view: (layers: readonly ImageLayer[]) => string;
}

export interface ImageLayer {
  readonly chainId: Digest;
  readonly diffId: Digest;
  readonly descriptor: Descriptor;
  /** Fulfilled when it is in its place for others, too. */
  readonly committed: Promise<unknown>;
}

/** What a stage has come to. */
export interface BuiltStage {
  readonly state: StageState;
  /** Base first. */
  readonly layers: readonly ImageLayer[];
  readonly history: readonly ImageHistory[];
  /** How many of the layers and of the history's entries come from the image that it stands on. */
  readonly base: {
    readonly layers: number;
    readonly history: number;
    readonly image?: { readonly name: string; readonly stored: StoredImage } | undefined;
    /** The rest of its config: os, architecture. */
    readonly config: Omit<ImageConfig, "config" | "rootfs" | "history" | "created" | "author"> &
      Pick<Platform, "os.features" | "os.version">;
    readonly annotations?: Readonly<Record<string, string>> | undefined;
  };
  /** RFC 3339: when its last layer was made. */
  readonly created: string | undefined;
}
