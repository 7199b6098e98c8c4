import { TspodError } from "../../errors.ts";

/** A generator's command line, as Podman's takes it: Go's flags, with one dash or two. */
export interface GeneratorLine {
  readonly dryRun: boolean;
  readonly verbose: boolean;
  readonly version: boolean;
  /** Where the services go: the first of the three that systemd gives. */
  readonly directory: string | undefined;
}

/**
 * `user` and `no-kmsg-log` change nothing: all quadlets belong to a user, and the kernel's log gets nothing.
 */
const FLAGS = ["v", "user", "dryrun", "no-kmsg-log", "version"];

/** @throws {TspodError} If a flag is unknown. @see systemd.generator(7) */
export function parseGeneratorLine(argv: readonly string[]): GeneratorLine {
  const isFlag = (word: string) => word.startsWith("-") && word !== "-";
  const firstOperand = argv.findIndex((word) => !isFlag(word));
  const given = argv
    .slice(0, firstOperand < 0 ? argv.length : firstOperand)
    .map((word) => word.replace(/^--?/, ""));
  const unknown = given.find((name) => !FLAGS.includes(name.replace(/=true$/, "")));
  if (unknown !== undefined) throw new TspodError(`flag provided but not defined: -${unknown}`);
  const has = (name: string) => given.some((flag) => flag.replace(/=true$/, "") === name);
  return {
    dryRun: has("dryrun"),
    verbose: has("v"),
    version: has("version"),
    directory: firstOperand < 0 ? undefined : argv[firstOperand],
  };
}
