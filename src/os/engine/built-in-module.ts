import { native } from "../native.ts";

/** How the launcher has V8 compile: of the flags in native/launcher/become-node.c those that V8 counts. */
const OURS =
  "--no-rehash-snapshot --invocation-count-for-maglev=2000 --baseline-batch-compilation-threshold=16384 --wasm-tiering-budget=2147483647";
/** V8's own values of the same. */
const DEFAULTS =
  "--rehash-snapshot --invocation-count-for-maglev=400 --baseline-batch-compilation-threshold=4096 --wasm-tiering-budget=13000000";

/**
 * A module of Node's, made of the code that Node's binary has compiled of it. V8 takes compiled code only
 * with the flags that it was compiled with, which for Node's own are V8's defaults: with ours, `node:tls`
 * takes 9 ms more and `node:child_process` 7.
 * @param name `node:fs`
 */
export function builtInModule(name: string): unknown {
  native.setEngineFlags(DEFAULTS);
  try {
    return require(name);
  } finally {
    native.setEngineFlags(OURS);
  }
}
