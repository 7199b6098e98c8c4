import type { CompletionKind } from "../../../cli/flags/flag.ts";

/** What the shell shall do beside the words it gets; cobra's numbers, which its users' scripts know. */
export const DIRECTIVES = { Default: 0, NoSpace: 2, NoFileComp: 4, FilterDirs: 16 } as const;
export type Directive = keyof typeof DIRECTIVES;

export interface Names {
  readonly words: readonly string[];
  readonly directive: Directive;
}

/** Names of a kind that may go on what was typed of them. */
export type LookUp = (of: CompletionKind, typed: string) => readonly string[];
