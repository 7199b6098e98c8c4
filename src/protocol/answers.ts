/** Steps of a start that can fail: native/protocol.h, section 3. */
export const STAGES = [
  "plan",
  "running",
  "killed",
  "mount",
  "prepare",
  "netns",
  "notify",
  "network",
  "go",
  "port",
  "relay",
  "stdio",
  "runtime",
  "create",
  "joins",
  "write",
  "start",
  "attach",
  "log",
] as const;

/** What went wrong in a monitor, which has undone everything. */
export interface MonitorFailure {
  /** One of STAGES. */
  readonly stage: string;
  /** errno, an exit code, or for `port` and `relay` the index of the port. */
  readonly number: number;
  readonly text: string;
}

/** What the lines say that a monitor has written so far. */
export interface MonitorAnswers {
  /** Pid of the process; undefined until it is created. */
  readonly created: number | undefined;
  readonly started: boolean;
  /** Exit code of a process that ended before a client had attached. */
  readonly ended: number | undefined;
  readonly failure: MonitorFailure | undefined;
}

/** Reads the whole lines of what came from a monitor; a line that is still on its way is not looked at. */
export function parseAnswers(text: string): MonitorAnswers {
  const lines = text.slice(0, text.lastIndexOf("\n") + 1);
  const [, pid] = /^created (\d+)$/m.exec(lines) ?? [];
  const [, code] = /^ended (\d+)$/m.exec(lines) ?? [];
  return {
    created: pid === undefined ? undefined : Number(pid),
    started: /^started$/m.test(lines),
    ended: code === undefined ? undefined : Number(code),
    failure: parseFailure(lines),
  };
}

/** @returns undefined where no line reports a failure */
export function parseFailure(answers: string): MonitorFailure | undefined {
  const [, stage, number = "0", text = ""] = /^failed (\S+) (-?\d+) ?(.*)$/m.exec(answers) ?? [];
  return stage === undefined ? undefined : { stage, number: Number(number), text };
}
