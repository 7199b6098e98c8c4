import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";
import type { Host } from "./host.ts";

/** What a hostile container does to its names, done by a process of ours that does nothing else. */
export interface Swapper extends AsyncDisposable {
  /** Ends it. Returns how often it has swapped. */
  stop(): Promise<number>;
}

/**
 * Runs in the process of its own. "once": what appears under the name is moved away, and the decoy takes its
 * place, until that is taken away. "always": the two change places over and over, by renameat2(2).
 */
const LOOP = `
import { lstatSync, openSync, symlinkSync } from "node:fs";
import { mknodat, renameat, S_IFIFO } from OS/at.ts";
import { hasCode } from OS/system-error.ts";
const RENAME_EXCHANGE = 2;
const [directory, name, manner, kind, target] = process.argv.slice(1);
const dirFd = openSync(directory, "r");
const named = (path) => ({ dirFd, path });
let swaps = 0;
let over = false;
process.stdin.on("end", () => { over = true; }).resume();
function makeDecoy(as) {
  try {
    if (kind === "fifo") mknodat(dirFd, as, { mode: S_IFIFO | 0o644 });
    else symlinkSync(target, directory + "/" + as);
  } catch (error) {
    if (error.code !== "EEXIST") throw error;
  }
}
const turns = {
  once() {
    const path = directory + "/" + name;
    const status = lstatSync(path, { throwIfNoEntry: false });
    if (status === undefined || status.isSymbolicLink() || status.isFIFO()) return;
    makeDecoy(".decoy");
    try {
      renameat(named(name), named(".decoy"), RENAME_EXCHANGE);
      renameat(named(".decoy"), named(".away-" + swaps++));
    } catch (error) {
      // It was taken away meanwhile: by the test, which begins anew.
      if (!hasCode(error, "ENOENT")) throw error;
    }
  },
  always() {
    try {
      renameat(named(name), named(".decoy"), RENAME_EXCHANGE);
      swaps++;
    } catch (error) {
      if (!hasCode(error, "ENOENT")) throw error;
      makeDecoy(".decoy");
    }
  },
};
process.stdout.write("ready\\n");
function run() {
  const until = Date.now() + 5;
  while (Date.now() < until) turns[manner]();
  if (over) process.stdout.write(String(swaps) + "\\n", () => process.exit(0));
  else setImmediate(run);
}
run();
`;

/**
 * Swap a name in a directory for a decoy, as root of the user namespace of containers.
 * @param place.directory absolute path
 * @param place.manner as LOOP says
 * @param place.decoy a symlink with that target, or a fifo
 */
export async function startSwapper(place: {
  readonly host: Host;
  readonly directory: string;
  readonly name: string;
  readonly manner: "once" | "always";
  readonly decoy: { readonly symlink: string } | "fifo";
}): Promise<Swapper> {
  const { host, directory, name, manner, decoy } = place;
  const os = JSON.stringify(join(import.meta.dirname, "../../src/os")).slice(0, -1);
  const [kind, target] = decoy === "fifo" ? ["fifo", ""] : ["symlink", decoy.symlink];
  const child = spawn(
    host.program,
    [
      "unshare",
      process.execPath,
      "--input-type=module",
      "-e",
      LOOP.replaceAll("OS", os),
      directory,
      name,
      manner,
      kind,
      target,
    ],
    { env: host.env, stdio: ["pipe", "pipe", "inherit"] },
  );
  let said = "";
  child.stdout.on("data", (chunk: Buffer) => {
    said += chunk;
  });
  await once(child.stdout, "data");
  const stop = async (): Promise<number> => {
    await end(child);
    return Number(said.split("\n")[1] ?? 0);
  };
  return { stop, [Symbol.asyncDispose]: async () => void (await stop()) };
}

async function end(child: ChildProcessByStdio<Writable, Readable, null>): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "close");
  child.stdin.end();
  await ended;
}
