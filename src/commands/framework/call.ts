import type { Launch } from "../../os/launch.ts";
import type { Store } from "../../storage/store.ts";
import type { FlagTable, FlagValues } from "./flag.ts";
import type { GlobalFlags } from "./global-flags.ts";

/** What a handler may know and do: the command line, the surroundings, and the way out. One per process. */
export interface Call<T extends FlagTable = FlagTable> {
  readonly flags: FlagValues<T>;
  /** Long names (never aliases or letters) of the flags that stood on the command line. */
  readonly given: ReadonlySet<string>;
  readonly operands: readonly string[];
  readonly globalFlags: GlobalFlags;
  /** The full command line, `["tspod", "run", …]`, as inspect shows it in CreateCommand. */
  readonly argv: readonly string[];
  /** The command's words as they were typed: `["container", "ls"]`. */
  readonly words: readonly string[];
  /** The user's environment, without what the launcher put into it. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Absolute path of the working directory. */
  readonly cwd: string;
  readonly terminal: { readonly stdin: boolean; readonly stdout: boolean; readonly stderr: boolean };
  readonly launch: Launch;
  /** Absolute path of the store: `--root`, or `$XDG_DATA_HOME/tspod`. */
  readonly root: string;
  /** Absolute path: `--runroot`, or what the launcher says. */
  readonly runtimeDirectory: string;
  /** Aborted by the first SIGINT, SIGTERM or SIGHUP: clean up and reject (or return); exit code 128 + signal is main's business. */
  readonly signal: AbortSignal;
  /** The store, opened at the first call. */
  store(): Store;
  /** A line to stdout. Buffered until flush() or the end. */
  print(line: string): void;
  /** Bytes or text to stdout as they are; comes after what was printed before. */
  write(bytes: Uint8Array | string): void;
  /** A line to stderr, at once; what was printed before comes out first. */
  warn(line: string): void;
  /** Bytes to stderr as they are, at once; what was printed before comes out first. */
  writeError(bytes: Uint8Array): void;
  /**
   * Hand everything printed so far to the kernel. Synchronous: call it before `process.execve`, before a long wait
   * (`logs -f`), and before a child writes to the same stdout.
   */
  flush(): void;
}
