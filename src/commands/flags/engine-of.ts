import { resolve } from "node:path";
import type { Call } from "../../cli/define-command.ts";
import type { FlagTable } from "../../cli/flags/flag.ts";
import { cdiSpecDirs, hooksDirs, runtimesFlags } from "../../config/engine-settings.ts";
import type { Engine } from "../../container/state/engine.ts";
import type { ImageEngine } from "../../image/acquire/image-request.ts";
import { networkSettings } from "./network-settings.ts";

/** What the container operations need to know of a call. */
export function engineOf<T extends FlagTable>(call: Call<T>): Engine {
  return {
    store: call.store(),
    runtimeDirectory: call.runtimeDirectory,
    launch: call.launch,
    env: call.env,
    cgroupManager: call.globalFlags["cgroup-manager"],
    networkSettings: networkSettings(call.conf),
    networkDirectory: call.globalFlags["network-config-dir"],
    slirpPath: call.globalFlags["network-cmd-path"],
    cdiDirectories: directoriesOf(call, call.globalFlags["cdi-spec-dir"], cdiSpecDirs(call.conf)),
    defaultMountsFile: defaultMountsFile(call),
    hooksDirectories: directoriesOf(call, call.globalFlags["hooks-dir"], hooksDirs(call.conf)),
    runtimeFlags: (name) => [...runtimesFlags(call.conf, name), ...call.globalFlags["runtime-flag"]],
    keepCompiledCode: call.keepCompiledCode,
    warn: (line) => call.warn(line),
  };
}

function defaultMountsFile<T extends FlagTable>(call: Call<T>): string | undefined {
  const file = call.globalFlags["default-mounts-file"];
  return file ? resolve(call.cwd, file) : undefined;
}

/** What a flag names, otherwise containers.conf; undefined where neither says anything. */
function directoriesOf<T extends FlagTable>(
  call: Call<T>,
  asked: readonly string[],
  configured: readonly string[],
): readonly string[] | undefined {
  const directories = (asked.length > 0 ? asked : configured).filter((path) => path !== "");
  // The current directory is asked for where it matters: one that was removed is an error.
  return directories.length === 0 ? undefined : directories.map((path) => resolve(call.cwd, path));
}

/**
 * What image operations need to know of a call; signals and the terminal are looked at when they are asked
 * for.
 */
export function imageEngineOf<T extends FlagTable>(call: Call<T>): ImageEngine {
  return {
    store: call.store(),
    env: call.env,
    get signal() {
      return call.signal;
    },
    get isTerminal() {
      return call.terminal.stderr;
    },
    warn: (line) => call.warn(line),
  };
}
