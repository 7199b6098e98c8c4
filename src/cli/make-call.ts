import { eventsPlace } from "../config/engine-settings.ts";
import type { Setting } from "../config/setting.ts";
import type { Env } from "../os/env.ts";
import type { Launch } from "../os/launch.ts";
import { workingDirectory } from "../os/working-directory.ts";
import { type StorePlace, storeWhenAsked } from "../system/store.ts";
import type { Call, CommandTable } from "./define-command.ts";
import type { GlobalFlags } from "./flags/global-flags.ts";
import type { ParsedLine } from "./flags/parse-flags.ts";
import { catchInterruption, type Interruption } from "./interruption.ts";
import { isShown, type LogLevel, logLine } from "./log.ts";
import { isTerminal } from "./output/is-terminal.ts";
import type { Output } from "./output/output.ts";
import { storeRoot } from "./places.ts";

/** What a call is made of. */
export interface Surroundings {
  readonly commands: CommandTable;
  readonly argv: readonly string[];
  readonly words: readonly string[];
  readonly env: Env;
  readonly launch: Launch;
  readonly globalFlags: GlobalFlags;
  readonly conf: readonly Setting[];
  readonly logLevel: LogLevel;
  readonly output: Output;
  /** Adds the stores in which images are only looked for. */
  readonly withOthers: StorePlace["withOthers"];
  readonly keepCompiledCode: () => void;
}

/** A call, and what main() asks of it afterwards. */
export interface MadeCall {
  readonly call: Call;
  /** 128 + signal, where the command looked out for signals and one came. */
  interrupted(): number | undefined;
}

/** Everything that costs something (the store, signals, the terminal) is looked up when first asked for. */
export function makeCall({ values, given, operands }: ParsedLine, surroundings: Surroundings): MadeCall {
  const { commands, argv, words, env, launch, globalFlags, conf, logLevel, output, keepCompiledCode } =
    surroundings;
  let interruption: Interruption | undefined;
  const root = storeRoot(globalFlags.root, env);
  const call: Call = {
    // parseFlags() made these by the command's own table, which is what their types say.
    flags: values as Call["flags"],
    given,
    operands,
    globalFlags,
    conf,
    argv,
    words,
    env,
    launch,
    commands,
    root,
    runtimeDirectory: globalFlags.runroot ?? launch.runtimeDirectory,
    get cwd() {
      return workingDirectory();
    },
    terminal: {
      get stdin() {
        return isTerminal(0);
      },
      get stdout() {
        return isTerminal(1);
      },
      get stderr() {
        return isTerminal(2);
      },
    },
    get signal() {
      interruption ??= catchInterruption(launch.ignoredSignals);
      return interruption.signal;
    },
    store: storeWhenAsked({
      root,
      // journald is a place, too: `events` finds in the file what it would find there.
      events: () => (globalFlags["events-backend"] === "none" ? "none" : eventsPlace(conf)),
      withOthers: surroundings.withOthers,
      warn: (line) => output.warn(`WARN[0000] ${line}`),
    }),
    print: (line) => output.write(`${line}\n`),
    write: output.write,
    warn: output.warn,
    log(level, message) {
      if (isShown(level, logLevel)) output.warn(logLine(level, message, Date.now()));
    },
    writeError: output.writeError,
    flush: output.flush,
    endIfUnread: output.endIfUnread,
    keepCompiledCode,
  };
  return { call, interrupted: () => interruption?.exitCode() };
}
