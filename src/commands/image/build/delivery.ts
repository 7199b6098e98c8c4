import { TspodError } from "../../../errors.ts";
import { localImageName } from "../../flags/local-image-name.ts";
import type { BuildCall } from "./inputs.ts";
import { type BuildOutput, parseOutputs } from "./outputs.ts";

/** What a build's result is made into. */
export interface Delivery {
  /** Full references. */
  readonly names: readonly string[];
  /** Empty: an image in the store. */
  readonly outputs: readonly BuildOutput[];
}

/** @throws {UsageError} If an output makes no sense. @throws {TspodError} If a name is no reference. */
export function deliveryOf({ flags, cwd }: BuildCall): Delivery {
  const outputs = parseOutputs(flags.output, cwd);
  const pushed = outputs.find((output) => output.type === "image" && output.push);
  if (pushed !== undefined) {
    throw new TspodError('--output with push is not supported: use "tspod push" when the image is built');
  }
  const more = outputs.flatMap((output) => (output.type === "image" ? output.names : []));
  return { names: [...flags.tag, ...more].map(localImageName), outputs };
}
