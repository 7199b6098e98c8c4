export interface StartOptions {
  /** Rows and columns of the caller's terminal; 0: unknown. */
  readonly window: { readonly rows: number; readonly columns: number };
  /** Whether the caller is about to attach: then no output is read before it has. */
  readonly hold: boolean;
  /** Descriptors of ours that become its 3, 4, … */
  readonly preservedFds?: readonly number[];
  /** Only make it in the runtime: its process waits for a start (podman-init(1)). */
  readonly initialize?: boolean;
}
