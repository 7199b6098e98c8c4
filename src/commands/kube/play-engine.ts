import { availableParallelism, hostname, totalmem } from "node:os";
import type { Call } from "../../cli/define-command.ts";
import { defaultValue } from "../../cli/flags/flag-value.ts";
import { withFlagDefaults } from "../../config/flag-defaults.ts";
import { knownRuntimes } from "../../config/known-runtimes.ts";
import type { PlayEngine } from "../../kube/play/play-options.ts";
import type { ImageConfig } from "../../oci/image-config.ts";
import { hostRuntime } from "../../system/host-runtime.ts";
import { type CreateFlags, createFlags } from "../flags/create/create-flags.ts";
import { createOptionsFromFlags } from "../flags/create/options-from-flags.ts";
import { surroundingsOf } from "../flags/create/surroundings-of.ts";
import { engineOf, imageEngineOf } from "../flags/engine-of.ts";
import { registryOptions } from "../flags/registry-flags.ts";
import type { playFlags } from "./play-flags.ts";

export type PlayCall = Call<typeof playFlags>;

/** What playing needs to know of a call. */
export function playEngineOf(call: PlayCall): PlayEngine {
  return {
    ...engineOf(call),
    images: imageEngineOf(call),
    baseOptions: baseOptionsOf(call),
    runtime: (name) =>
      hostRuntime(name ?? call.globalFlags.runtime, {
        path: call.env.PATH,
        known: knownRuntimes(call.conf),
      }),
    registry: registryOptions(call),
    build: async (request) => (await import("./build-image.ts")).buildImage(call, request),
    hostname: hostname(),
    node: { cpus: availableParallelism(), memory: totalmem() },
  };
}

const DEFAULTS = Object.fromEntries(
  Object.entries(createFlags).map(([name, flag]) => [name, defaultValue(flag)]),
) as unknown as CreateFlags;

/** What `create IMAGE` would make, with the call's log driver and without --sdnotify. */
function baseOptionsOf(call: PlayCall): PlayEngine["baseOptions"] {
  const { flags, given } = call;
  const asked = {
    ...DEFAULTS,
    sdnotify: "ignore",
    "no-hosts": flags["no-hosts"],
    "log-driver": flags["log-driver"] ?? DEFAULTS["log-driver"],
    "log-opt": flags["log-opt"],
  };
  const named = new Set(["log-driver", "no-hosts"].filter((name) => given.has(name)));
  const surroundings = { ...surroundingsOf(call), given: named };
  const { flags: defaulted } = withFlagDefaults(asked, named, call.conf);
  return (image) => {
    const words = image === undefined ? [] : [image.name];
    const bare = image !== undefined && hasNoProgram(image.config);
    const options = createOptionsFromFlags(defaulted, bare ? [...words, "sh"] : words, {
      ...surroundings,
      image: image?.config,
    });
    // The document may say what the image does not.
    return bare ? { ...options, process: { ...options.process, command: [] } } : options;
  };
}

function hasNoProgram({ config }: ImageConfig): boolean {
  return (config?.Entrypoint ?? []).length === 0 && (config?.Cmd ?? []).length === 0;
}
