import type { ImageProcessConfig } from "../../oci/image-config.ts";
import type { Values } from "./build-args.ts";

export const DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
export const DEFAULT_SHELL = ["/bin/sh", "-c"];

/** What the instructions of a stage have come to so far, but for files. */
export interface StageState {
  readonly config: ImageProcessConfig;
  readonly author?: string | undefined;
  /** What ENV and ARG have set: the later one wins. */
  readonly env: Values;
  /** ARGs that were declared here and have a value, for the history. */
  readonly args: Values;
  /** Whether CMD was set in this stage: then an ENTRYPOINT leaves it. */
  readonly hasOwnCmd: boolean;
}

/** Where a stage begins that stands on an image. */
export function stateOnImage(config: ImageProcessConfig, author?: string): StageState {
  const env = new Map((config.Env ?? []).map(splitVariable));
  const { OnBuild: _, ...rest } = config;
  const hasPath = env.has("PATH");
  if (!hasPath) env.set("PATH", DEFAULT_PATH);
  return {
    config: hasPath ? rest : { ...rest, Env: [...(config.Env ?? []), `PATH=${DEFAULT_PATH}`] },
    author,
    env,
    args: new Map(),
    hasOwnCmd: false,
  };
}

/** Where a stage begins that stands on another stage: ARGs of that one are known here, too. */
export function stateOnStage(state: StageState): StageState {
  const { OnBuild: _, ...config } = state.config;
  return { ...state, config, hasOwnCmd: false };
}

export function splitVariable(text: string): [name: string, value: string] {
  const at = text.indexOf("=");
  return at === -1 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}

/** Variables with one set; a name that was there keeps its place. */
export function withVariable(env: readonly string[], name: string, value: string): string[] {
  const line = `${name}=${value}`;
  return env.some((each) => splitVariable(each)[0] === name)
    ? env.map((each) => (splitVariable(each)[0] === name ? line : each))
    : [...env, line];
}

export function workdirOf({ config }: StageState): string {
  return config.WorkingDir || "/";
}
