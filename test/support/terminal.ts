import { spawn } from "@lydell/node-pty";
import type { Host } from "./host.ts";
import { TSPOD, until } from "./program.ts";

/** tspod on a terminal. */
export interface Terminal {
  /** Type text; `\r` is the Return key. */
  type(text: string): void;
  resize(rows: number, columns: number): void;
  /** Everything that was shown so far. */
  shown(): string;
  /** Resolves once `pattern` was shown after what the last `saw` found. */
  saw(pattern: RegExp, timeoutMs?: number): Promise<string>;
  /** Type again and again until `pattern` is shown: for what nothing on the terminal says is ready. */
  typeUntil(text: string, pattern: RegExp): Promise<void>;
  /** Exit status, or 128 + signal. */
  readonly ended: Promise<number>;
  readonly pid: number;
}

export interface TerminalOptions {
  readonly rows?: number;
  readonly columns?: number;
  /** What is run: tspod, if it is not said. */
  readonly program?: string;
  /** Added to the environment of the host, in which NO_COLOR is set: most tests look at words. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Run tspod, or another program, on a terminal of `rows` times `columns`. */
export function onTerminal(
  host: Host,
  args: readonly string[],
  { rows = 24, columns = 80, env = {}, program = TSPOD }: TerminalOptions = {},
): Terminal {
  const pty = spawn(program, [...args], {
    rows,
    cols: columns,
    cwd: host.directory,
    env: { ...host.env, TERM: "xterm", NO_COLOR: "1", ...env },
  });
  let shown = "";
  let seen = 0;
  pty.onData((text) => {
    shown += text;
  });
  const ended = new Promise<number>((resolve) => {
    pty.onExit(({ exitCode, signal }) => resolve(signal ? 128 + signal : exitCode));
  });
  return {
    pid: pty.pid,
    type: (text) => pty.write(text),
    resize: (newRows, newColumns) => pty.resize(newColumns, newRows),
    shown: () => shown,
    async typeUntil(text, pattern) {
      let ticks = 0;
      await until(() => {
        if (pattern.test(shown.slice(seen))) return true;
        if (ticks++ % 10 === 0) pty.write(text);
        return false;
      }, String(pattern));
      seen = shown.length;
    },
    async saw(pattern, timeoutMs) {
      const find = () => pattern.exec(shown.slice(seen));
      try {
        await until(() => find() !== null, String(pattern), timeoutMs);
      } catch (cause) {
        throw new Error(`not shown: ${pattern}\n${JSON.stringify(shown.slice(seen))}`, { cause });
      }
      const match = find();
      seen += (match?.index ?? 0) + (match?.[0].length ?? 0);
      return match?.[0] ?? "";
    },
    ended,
  };
}
