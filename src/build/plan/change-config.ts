import { TspodError } from "../../errors.ts";
import type { HealthcheckConfig, ImageProcessConfig } from "../../oci/image-config.ts";
import { parseSignal } from "../../oci/signal.ts";
import type { HealthcheckInstruction, Instruction } from "../parse/instruction.ts";
import type { Expander } from "./expander.ts";
import { exposedPorts } from "./exposed-ports.ts";
import { commandLine } from "./plan-run.ts";
import { type StageState, withVariable } from "./stage-state.ts";

/** Instructions that change settings and nothing else. */
export type ConfigInstruction = Exclude<
  Instruction,
  { kind: "from" | "arg" | "run" | "copy" | "add" | "workdir" }
>;

export interface ChangedConfig {
  readonly state: StageState;
  /** The instruction with its variables replaced, for the history. */
  readonly createdBy: string;
}

/** @throws {TspodError} If a value makes no sense. */
export function changeConfig(
  state: StageState,
  instruction: ConfigInstruction,
  expand: Expander,
): ChangedConfig {
  const set = (config: Partial<ImageProcessConfig>, createdBy: string): ChangedConfig => ({
    state: { ...state, config: { ...state.config, ...config } },
    createdBy,
  });
  switch (instruction.kind) {
    case "env":
      return setEnv(state, expandPairs(instruction.pairs, expand));
    case "label": {
      const pairs = expandPairs(instruction.pairs, expand);
      const Labels = { ...state.config.Labels, ...Object.fromEntries(pairs) };
      return set({ Labels }, `LABEL ${joined(pairs)}`);
    }
    case "cmd": {
      const Cmd = commandLine(state, instruction.command);
      const changed = set({ Cmd }, `CMD ${JSON.stringify(Cmd)}`);
      return { ...changed, state: { ...changed.state, hasOwnCmd: true } };
    }
    case "entrypoint": {
      const Entrypoint = commandLine(state, instruction.command);
      const { Cmd: _, ...others } = state.config;
      const config = { ...(state.hasOwnCmd ? state.config : others), Entrypoint };
      return { state: { ...state, config }, createdBy: `ENTRYPOINT ${JSON.stringify(Entrypoint)}` };
    }
    case "user": {
      const User = expand.text(instruction.value);
      return set({ User }, `USER ${User}`);
    }
    case "stopsignal": {
      const StopSignal = expand.text(instruction.value);
      parseSignal(StopSignal);
      return set({ StopSignal }, `STOPSIGNAL ${StopSignal}`);
    }
    case "maintainer":
      return {
        state: { ...state, author: instruction.value },
        createdBy: `MAINTAINER ${instruction.value}`,
      };
    case "expose": {
      const ports = instruction.words.flatMap((word) => expand.words(word)).flatMap(exposedPorts);
      const ExposedPorts = { ...state.config.ExposedPorts, ...keys(ports) };
      return set({ ExposedPorts }, `EXPOSE ${ports.toSorted().join(" ")}`);
    }
    case "volume": {
      const paths = instruction.words.map((word) => volumePath(expand.text(word)));
      return set({ Volumes: { ...state.config.Volumes, ...keys(paths) } }, `VOLUME ${JSON.stringify(paths)}`);
    }
    case "shell":
      return set({ Shell: instruction.argv }, `SHELL ${JSON.stringify(instruction.argv)}`);
    case "onbuild": {
      const { trigger } = instruction;
      return set({ OnBuild: [...(state.config.OnBuild ?? []), trigger] }, `ONBUILD ${trigger}`);
    }
    case "healthcheck": {
      const Healthcheck = healthcheck(instruction);
      return set({ Healthcheck }, `HEALTHCHECK ${JSON.stringify(Healthcheck)}`);
    }
  }
}

type Pairs = readonly (readonly [name: string, value: string])[];

function expandPairs(pairs: Pairs, expand: Expander): Pairs {
  return pairs.map(([name, value]) => [expand.text(name), expand.text(value)]);
}

function joined(pairs: Pairs): string {
  return pairs.map(([name, value]) => `${name}=${value}`).join(" ");
}

function setEnv(state: StageState, pairs: Pairs): ChangedConfig {
  const env = new Map(state.env);
  let list = state.config.Env ?? [];
  for (const [name, value] of pairs) {
    env.set(name, value);
    list = withVariable(list, name, value);
  }
  return {
    state: { ...state, env, config: { ...state.config, Env: list } },
    createdBy: `ENV ${joined(pairs)}`,
  };
}

function volumePath(path: string): string {
  if (path.trim() === "") throw new TspodError("VOLUME specified can not be an empty string");
  return path;
}

function keys(names: readonly string[]): Record<string, object> {
  return Object.fromEntries(names.map((name) => [name, {}]));
}

function healthcheck(instruction: HealthcheckInstruction): HealthcheckConfig {
  const { command, interval, timeout, startPeriod, startInterval, retries } = instruction;
  if (command === "none") return { Test: ["NONE"] };
  return {
    Test: command.form === "exec" ? ["CMD", ...command.argv] : ["CMD-SHELL", command.text],
    ...(interval !== undefined && { Interval: interval }),
    ...(timeout !== undefined && { Timeout: timeout }),
    ...(startPeriod !== undefined && { StartPeriod: startPeriod }),
    ...(startInterval !== undefined && { StartInterval: startInterval }),
    ...(retries !== undefined && { Retries: retries }),
  };
}
