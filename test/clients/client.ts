import assert from "node:assert/strict";
import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import type { Host } from "../support/host.ts";
import { type ProgramOptions, type Result, runProgram } from "../support/program.ts";

/** Runs programs that call podman or docker: they find tspod. */
export interface Client {
  /** Run it to its end, in the host's directory. */
  run(program: string, args: readonly string[], options?: ProgramOptions): Promise<Result>;
  /** As run(), but it must end with 0. */
  ok(program: string, args: readonly string[], options?: ProgramOptions): Promise<Result>;
}

/**
 * A client on `host`, with tspod first in PATH as `podman` and `docker`, each a link.
 * @param more of its environment
 */
export function makeClient(host: Host, more: Readonly<Record<string, string>> = {}): Client {
  const bin = join(host.directory, "bin");
  mkdirSync(bin);
  for (const name of ["podman", "docker"]) symlinkSync(host.program, join(bin, name));
  const env = { ...host.env, PATH: `${bin}:${host.env.PATH}`, ...more };
  const run: Client["run"] = (program, args, options = {}) =>
    runProgram(program, args, { cwd: host.directory, ...options, env: { ...env, ...options.env } });
  return {
    run,
    async ok(program, args, options) {
      const result = await run(program, args, options);
      assert.equal(result.code, 0, `${program} ${args.join(" ")}\n${result.stdout}${result.stderr}`);
      return result;
    },
  };
}
