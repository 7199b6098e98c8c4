import { chunkLoader } from "./chunk-loader.ts";
import { cacheDirectory } from "./cli/cache-directory.ts";
import * as errors from "./errors.ts";
import { compiledCodeIn } from "./os/engine/compiled-code.ts";
import { ExitCode } from "./os/exit-code.ts";
import { native } from "./os/native.ts";
import { libDirectory } from "./os/program-files.ts";

/** Of all other chunks' text: their compiled code belongs to that. */
declare const TSPOD_BUILD: string;
/** What the loader calls the chunk of the program: scripts/bundle.ts makes it of the path. */
declare const TSPOD_PROGRAM: string;
/** What chunks call the one that loads the addon, which main.ts has loaded already. */
declare const TSPOD_NATIVE: string;
/** What chunks call the errors' one. A file more to read, and to check, took 0.3 ms of each call. */
declare const TSPOD_ERRORS: string;

/*
 * As little as can be: this file is compiled anew in every call, everything behind the loader comes compiled
 * from the cache.
 */
async function main(): Promise<void> {
  const cache = cacheDirectory(process.env);
  const build = `${TSPOD_BUILD}-${process.version}-${process.arch}`;
  const kept = cache === undefined ? undefined : compiledCodeIn(`${cache}/code`, build);
  const given = new Map<string, unknown>([
    [TSPOD_NATIVE, { native }],
    [TSPOD_ERRORS, errors],
  ]);
  const chunks = chunkLoader(libDirectory, kept, given);
  const { runProgram } = chunks.require(TSPOD_PROGRAM) as typeof import("./program.ts");
  const { keepCompiledCode } = chunks;
  const code = await runProgram({ arguments: process.argv.slice(2), env: process.env, keepCompiledCode });
  if (code !== ExitCode.failed) keepCompiledCode(); // a call that is refused has used little of its code
  // Not left to the event loop: a connection that is kept alive would hold the process for seconds.
  process.exit(code);
}

void main();
