import { defaultValue } from "../../../../cli/flags/flag-value.ts";
import { defaultValues } from "../../../../config/default-values.ts";
import { withFlagDefaults } from "../../../../config/flag-defaults.ts";
import type { Setting as ConfSetting } from "../../../../config/setting.ts";
import { TspodError } from "../../../../errors.ts";
import type { ImageConfig } from "../../../../oci/image-config.ts";
import type { CreateOptions } from "../../../../options/create-options.ts";
import type { CreateSurroundings } from "../../../flags/create/create-context.ts";
import { createFlags } from "../../../flags/create/create-flags.ts";
import { createOptionsFromFlags } from "../../../flags/create/options-from-flags.ts";
import { surroundingsOf } from "../../../flags/create/surroundings-of.ts";
import type { CreateCall } from "../create-from-flags.ts";

/** One thing that a container is made with, and what says so. */
export interface Setting {
  /** Path in the record's options: `process.workdir`. */
  readonly name: string;
  readonly value: unknown;
  /**
   * `--workdir`, `image docker.io/library/alpine:latest`, `/etc/containers/containers.conf:12`, `command
   * line`, `environment`, `default`.
   */
  readonly source: string;
}

/** All that the options come from. */
interface Inputs {
  readonly flags: CreateCall["flags"];
  readonly given: ReadonlySet<string>;
  readonly operands: readonly string[];
  readonly conf: readonly ConfSetting[];
  readonly image: ImageConfig | undefined;
  readonly env: CreateSurroundings["env"];
}

/**
 * Where each setting comes from. Nobody keeps a record of that: it is found by taking one input after the
 * other away, and looking at which settings are others then.
 */
export function explainSettings(
  call: CreateCall,
  image: { readonly config: ImageConfig; readonly name: string } | undefined,
): Setting[] {
  const surroundings = surroundingsOf(call);
  const { flags, given, operands, conf, env } = call;
  const inputs: Inputs = { flags, given, operands, conf, env, image: image?.config };
  const read = (changed: Partial<Inputs>): Map<string, unknown> | undefined =>
    leavesOf({ ...inputs, ...changed }, surroundings);
  const all = read({}) ?? new Map<string, unknown>();
  const sources = new Map<string, string[]>();
  const blame = (source: string, without: Map<string, unknown> | undefined): void => {
    if (without === undefined) return; // the rest makes no sense without it
    for (const [name, value] of all)
      if (JSON.stringify(without.get(name)) !== JSON.stringify(value))
        sources.set(name, [...(sources.get(name) ?? []), source]);
  };
  for (const flag of call.given) if (flag in createFlags) blame(`--${flag}`, read(withoutFlag(inputs, flag)));
  for (const setting of call.conf)
    blame(setting.source, read({ conf: call.conf.filter((other) => other !== setting) }));
  if (call.operands.length > 1) blame("command line", read({ operands: call.operands.slice(0, 1) }));
  if (image !== undefined) blame(`image ${image.name}`, read({ image: withoutConfig(image.config) }));
  blame("environment", read({ env: { HOME: call.env.HOME, PATH: call.env.PATH } }));
  return [...all].map(([name, value]) => ({
    name,
    value,
    source: sources.get(name)?.join(", ") ?? "default",
  }));
}

function withoutFlag({ flags, given }: Inputs, flag: string): Partial<Inputs> {
  const declared = createFlags[flag as keyof typeof createFlags];
  return {
    flags: { ...flags, [flag]: defaultValue(declared) },
    given: new Set([...given].filter((name) => name !== flag)),
  };
}

function withoutConfig({ config: _, ...rest }: ImageConfig): ImageConfig {
  return rest;
}

/** Undefined where these inputs don't go together. */
function leavesOf(
  { flags, given, operands, conf, image, env }: Inputs,
  surroundings: Omit<CreateSurroundings, "image">,
): Map<string, unknown> | undefined {
  try {
    const defaulted = withFlagDefaults(flags, given, conf).flags;
    const options = createOptionsFromFlags(defaulted, operands, {
      ...surroundings,
      given,
      env,
      defaults: defaultValues(conf),
      image,
    });
    return new Map(leaves(options, ""));
  } catch (error) {
    if (!(error instanceof TspodError)) throw error;
    return undefined;
  }
}

/** Lists and single values by their path. */
function* leaves(value: unknown, path: string): Generator<[string, unknown]> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    if (value !== undefined) yield [path, value];
    return;
  }
  for (const [key, inner] of Object.entries(value as Partial<CreateOptions>))
    yield* leaves(inner, path === "" ? key : `${path}.${key}`);
}
