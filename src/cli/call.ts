/** The type that output and other parts of commands need of the framework. */
export type { Call } from "./define-command.ts";
