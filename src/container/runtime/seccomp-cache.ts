import { mkdirSync, readFileSync, statSync } from "node:fs";
import type { RuntimeSpec } from "../../oci/runtime-spec.ts";
import { writeFileAtomic } from "../../os/files/write-file-atomic.ts";
import { hasCode } from "../../os/system-error.ts";
import type { Runtime } from "../../rootless/runtime.ts";

/**
 * crun(1): "ignores the seccomp section in the OCI configuration file and use the specified data", base64 of
 * struct sock_filter[].
 */
export const BPF_ANNOTATION = "run.oci.seccomp_bpf_data";
const SOCK_FILTER_BYTES = 8;

/**
 * Compiled seccomp filters. crun has libseccomp compile the profile for every container, which takes 18 of
 * the 28 ms that `crun run` takes, and leaves the result beside its state; the next container with the very
 * same profile gets that.
 */
export interface SeccompCache {
  /** The spec with the compiled filter, if there is one; otherwise the spec as it is. */
  withCompiledFilter(spec: RuntimeSpec): RuntimeSpec;
  /**
   * Returns the function that keeps what the runtime has compiled, to be called when it has just created the
   * container.
   * @returns undefined where there is nothing to keep
   */
  toRemember(spec: RuntimeSpec, containerId: string): (() => void) | undefined;
}

const NO_CACHE: SeccompCache = { withCompiledFilter: (spec) => spec, toRemember: () => undefined };

/**
 * For other runtimes than crun it does nothing. It is under the runtime directory, so a reboot empties it.
 */
export function seccompCache(runtime: Runtime, runtimeDirectory: string): SeccompCache {
  if (runtime.name !== "crun") return NO_CACHE;
  const directory = `${runtimeDirectory}/seccomp`;
  return {
    withCompiledFilter(spec) {
      const filter = readFilter(directory, cacheKey(spec, runtime));
      if (filter === undefined) return spec;
      return { ...spec, annotations: { ...spec.annotations, [BPF_ANNOTATION]: filter } };
    },
    toRemember(spec, containerId) {
      if (spec.linux.seccomp === undefined || spec.annotations?.[BPF_ANNOTATION] !== undefined)
        return undefined;
      return () => remember(spec, containerId);
    },
  };

  function remember(spec: RuntimeSpec, containerId: string): void {
    const compiled = readCompiled(`${runtimeDirectory}/crun/${containerId}/seccomp.bpf`);
    if (compiled === undefined) return;
    const key = cacheKey(spec, runtime);
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    writeFileAtomic(entryPath(directory, key), `${key}\n${compiled.toString("base64")}`);
  }
}

/**
 * All that a filter comes from: the profile as resolved for this container, and the very runtime that
 * compiled it.
 */
function cacheKey({ linux }: RuntimeSpec, { path }: Runtime): string {
  const { ino, size, mtimeMs } = statSync(path);
  return JSON.stringify([path, ino, size, mtimeMs, linux.seccomp ?? null]);
}

/**
 * The file name is only a hash; the full key in the file decides whether the entry matches. FNV-1a, since
 * node:crypto takes 6 ms to load.
 */
function entryPath(directory: string, key: string): string {
  let hash = 0x811c9dc5;
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193);
  return `${directory}/${(hash >>> 0).toString(16).padStart(8, "0")}`;
}

function readFilter(directory: string, key: string): string | undefined {
  try {
    const text = readFileSync(entryPath(directory, key), "latin1");
    return text.startsWith(`${key}\n`) ? text.slice(key.length + 1) : undefined;
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  }
}

/** undefined where the container has ended meanwhile, and the runtime's state with it. */
function readCompiled(path: string): Buffer | undefined {
  try {
    const compiled = readFileSync(path);
    return compiled.length > 0 && compiled.length % SOCK_FILTER_BYTES === 0 ? compiled : undefined;
  } catch (error) {
    if (hasCode(error, "ENOENT")) return undefined;
    throw error;
  }
}
