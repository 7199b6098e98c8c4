/** A command that changes something, and how it is made ready for and undone. */
export interface Operation {
  /** What the command works on is made by these; the state before is as after `undo`. */
  readonly prepare?: readonly (readonly string[])[];
  readonly args: readonly string[];
  /** Its stdin. */
  readonly input?: string;
  /** What it may say where the killed call had done its work: run again it fails then. */
  readonly already?: RegExp;
  /** Bring back the state before; each must succeed whether or not the operation was done. */
  readonly undo: readonly (readonly string[])[];
  /** Files that it makes, absolute, which are removed with `undo`. */
  readonly made?: readonly string[];
  /** Absolute path → text of a file that has it, or is not there, whatever has become of the command. */
  readonly whole?: Readonly<Record<string, string>>;
  /** It runs a container: an exit code of 126 or 127 is one of tspod's own as well. */
  readonly runs?: boolean;
}

export type Operations = Readonly<Record<string, Operation>>;
