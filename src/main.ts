import { enableCompileCache } from "node:module";
import { cacheDirectory } from "./commands/framework/cache-directory.ts";

/*
 * As little as can be: this file is compiled anew in every call, everything behind the import comes compiled from
 * the cache.
 */
async function main(): Promise<void> {
  const directory = cacheDirectory(process.env);
  if (directory !== undefined) enableCompileCache(directory);
  const { runProgram } = await import("./commands/framework/program.ts");
  // Not left to the event loop: a connection that is kept alive would hold the process for seconds.
  process.exit(await runProgram({ arguments: process.argv.slice(2), env: process.env }));
}

void main();
