/** A window of a size that is not known. */
export const NO_WINDOW = { rows: 0, columns: 0 } as const;

export interface StartOptions {
  /** Rows and columns of the caller's terminal, or NO_WINDOW. */
  readonly window: { readonly rows: number; readonly columns: number };
  /** Whether the caller is about to attach: then no output is read before it has. */
  readonly hold: boolean;
  /** Descriptors of ours that become its 3, 4, … */
  readonly preservedFds?: readonly number[];
  /**
   * Of a build's step: the container ends with this process, and its files are not flushed at its end, since
   * the build flushes the layers that it keeps.
   */
  readonly bound?: boolean;
  /**
   * What the process gets for stdin, stdout and stderr, with the log driver `passthrough`; default: this
   * process's own.
   */
  readonly stdio?: readonly [stdin: number, stdout: number, stderr: number];
  /** Reads what the monitor answers: readMeanwhile(), where this process has other work to do until then. */
  readonly read?: (fd: number, chunk: Buffer) => Promise<number>;
  /** Only make it in the runtime: its process waits for a start (podman-init(1)). */
  readonly initialize?: boolean;
  /**
   * Become the client that awaits the rest of the start. Called once the runtime's turn has come, where
   * nothing is left for this process to do unless the start fails: the client's failed command does that.
   */
  readonly handOver?: (start: PendingStart) => never;
}

/** A start that the monitor is at. The descriptors are closed on exec. */
export interface PendingStart {
  /** The monitor's answers come here (native/protocol.h, 3). */
  readonly syncFd: number;
  /** The run's name (start-facts.ts). */
  readonly run: string;
  /** Has the container's lock, until the process has been started. */
  readonly lockFd: number;
}
