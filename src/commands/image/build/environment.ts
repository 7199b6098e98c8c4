import { TspodError } from "../../../errors.ts";
import type { BuildCall } from "./inputs.ts";

/**
 * The call with what buildah's variables say where a flag does not: BUILDAH_LAYERS, BUILDAH_FORMAT and
 * BUILDAH_CPPFLAGS.
 * @throws {TspodError} If the format is none.
 */
export function withEnvironment(call: BuildCall): BuildCall {
  const { env, given, flags } = call;
  const { BUILDAH_LAYERS: layers, BUILDAH_FORMAT: format, BUILDAH_CPPFLAGS: cppFlags } = env;
  if (!given.has("format") && format && !["oci", "docker"].includes(format))
    throw new TspodError(`$BUILDAH_FORMAT: unrecognized image type "${format}": oci or docker`);
  return {
    ...call,
    flags: {
      ...flags,
      layers: given.has("layers") || !layers ? flags.layers : !/^(?:false|0)$/i.test(layers),
      format: given.has("format") || !format ? flags.format : format,
      "cpp-flag":
        given.has("cpp-flag") || !cppFlags ? flags["cpp-flag"] : cppFlags.split(/\s+/).filter(Boolean),
    },
  };
}
