import type { Call } from "../../cli/define-command.ts";
import type { FlagTable } from "../../cli/flags/flag.ts";
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
    runtimeFlags: call.globalFlags["runtime-flag"],
    keepCompiledCode: call.keepCompiledCode,
    warn: (line) => call.warn(line),
  };
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
