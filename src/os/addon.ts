/**
 * The system calls that Node lacks, in one place. All but syncfs() are synchronous; they throw errors shaped
 * as Node's own.
 */
export * from "./at.ts";
export * from "./descriptor.ts";
export * from "./mount.ts";
export * from "./process.ts";
export * from "./spawn.ts";
export { hasCode, type PathLike } from "./system-error.ts";
export * from "./xattr.ts";
