import type { StatsFs } from "node:fs";
import type { Env } from "../../os/env.ts";

/**
 * `ok`: as it should be. `warning`: containers run, but something that users expect of them doesn't work.
 * `failed`: no container can run. `unknown`: it can't be found out here.
 */
export type FindingState = "ok" | "warning" | "failed" | "unknown";

/** What mends what was found. */
export interface Fix {
  readonly command: string;
  /** Whose rights the line needs; `hand` where it is no line for a shell, but something to do. */
  readonly by: "user" | "root" | "hand";
}

/** What one check has found. */
export interface Finding {
  /** What was looked at, in a few words: `subordinate user ids`. It is the same in every call. */
  readonly name: string;
  readonly state: FindingState;
  /** One line: the values that were read. */
  readonly found: string;
  /** One sentence: what depends on it. */
  readonly why: string;
  /** In the order in which they are to be typed; empty where nothing is to be done, or no line can do it. */
  readonly fixes: readonly Fix[];
}

/** The host as one user sees it. Paths are absolute. */
export interface Patient {
  /** What stands before `/etc`, `/proc`, `/sys`, `/dev` and `/var`: empty but in tests. */
  readonly root: string;
  readonly env: Env;
  readonly uid: number;
  /** The user's name; the number where nothing names it. */
  readonly user: string;
  /** Where the store is, or will be. */
  readonly store: string;
  /** Runs a program, and never throws. */
  readonly run: (file: string, args: readonly string[]) => Promise<Answer>;
  /** Facts of the file system that a path is on: statfs(2). */
  readonly statfs: (path: string) => FileSystemFacts;
}

/** Of statfs(2): `bavail` blocks of `bsize` bytes and `ffree` of `files` inodes are free. */
export type FileSystemFacts = Pick<StatsFs, "type" | "bavail" | "bsize" | "ffree" | "files">;

/** What a program has said. */
export interface Answer {
  /** undefined where it couldn't be started, or took too long. */
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Looks at one precondition, and answers with one or more findings about it. */
export type Check = (
  patient: Patient,
) => Finding | readonly Finding[] | Promise<Finding | readonly Finding[]>;

/** A check that found all well. */
export function ok(name: string, found: string, why: string): Finding {
  return { name, state: "ok", found, why, fixes: [] };
}

/** A line that root types. */
export function asRoot(command: string): Fix {
  return { command: `sudo ${command}`, by: "root" };
}

/** A line that the user types. */
export function asUser(command: string): Fix {
  return { command, by: "user" };
}

/** What a person has to do. */
export function byHand(command: string): Fix {
  return { command, by: "hand" };
}
