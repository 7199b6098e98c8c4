import { readFileSync } from "node:fs";
import type { Script } from "node:vm";
import { builtInModule } from "./os/engine/built-in-module.ts";
import type { CompiledCode } from "./os/engine/compiled-code.ts";

/** The share of calls that look whether they have compiled something that is not kept yet. */
const LOOK_AGAIN = 1 / 64;
/** They have when the code has grown by this. */
const GROWTH = 1.02;

/** A chunk of the bundle that has run. */
interface Chunk {
  readonly module: { exports: unknown };
  readonly script: Script;
  /** Bytes of compiled code that are kept of it. */
  keptSize: number;
}

export interface ChunkLoader {
  /** What a chunk exports: `require` in the chunks themselves. Of Node's modules, too: `node:fs`. */
  require(name: string): unknown;
  /** Keep what V8 has compiled up to now, for later calls. */
  keepCompiledCode(): void;
}

type ChunkFunction = (
  this: unknown,
  exports: unknown,
  require: (name: string) => unknown,
  module: { exports: unknown },
  filename: string,
  dirname: string,
) => void;

/**
 * Loads the bundle's CommonJS chunks as Node would, but with the compiled code of every function that earlier
 * calls have used. Node's own compile cache has the top level of a file only: the 500 functions of a `run`
 * took 10 ms in each call.
 * @param directory absolute path of the chunks
 * @param kept undefined: nothing is kept
 * @param given what chunks that are not loaded export, by the names that others ask for them: `./native.cjs`
 */
export function chunkLoader(
  directory: string,
  kept: CompiledCode | undefined,
  given: ReadonlyMap<string, unknown> = new Map(),
): ChunkLoader {
  const { Script } = builtInModule("node:vm") as typeof import("node:vm");
  const chunks = new Map<string, Chunk>();
  /** What is not a chunk: every source file asks for its own, and Node's `require` takes 6 µs for each. */
  const others = new Map(given);

  function requireHere(name: string): unknown {
    const known = others.get(name);
    if (known !== undefined) return known;
    if (name.startsWith("./")) return load(name.slice(2));
    const found = builtInModule(name);
    others.set(name, found);
    return found;
  }

  function load(name: string): unknown {
    const known = chunks.get(name);
    if (known !== undefined) return known.module.exports;
    const filename = `${directory}/${name}`;
    const cachedData = kept?.read(name);
    const script = new Script(
      // As latin1, which the bundle fits in: V8 then holds one byte for a character.
      `(function(exports,require,module,__filename,__dirname){${readFileSync(filename, "latin1")}\n})`,
      { filename, ...(cachedData && { cachedData }) },
    );
    const keptSize = script.cachedDataRejected === false ? (cachedData?.length ?? 0) : 0;
    const module = { exports: {} };
    chunks.set(name, { module, script, keptSize });
    const run = script.runInThisContext() as ChunkFunction;
    run.call(module.exports, module.exports, requireHere, module, filename, directory);
    return module.exports;
  }

  function keepCompiledCode(): void {
    if (kept === undefined) return;
    // By chance, so that no way through a command is left out for good: the first call may have been an
    // unusual one.
    const looksAgain = Math.random() < LOOK_AGAIN;
    for (const [name, chunk] of chunks) {
      if (chunk.keptSize > 0 && !looksAgain) continue;
      const code = chunk.script.createCachedData();
      if (code.length <= chunk.keptSize * GROWTH) continue;
      kept.write(name, code);
      chunk.keptSize = code.length;
    }
  }

  return { require: requireHere, keepCompiledCode };
}
