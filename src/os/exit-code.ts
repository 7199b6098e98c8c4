/**
 * Exit codes that mean the same in all commands (podman-run(1), Exit Status). Others are a command's own, or
 * that of the program which it ran.
 */
export const ExitCode = {
  /** tspod itself failed. */
  failed: 125,
  /** The command to run in a container was found, but can't be executed. */
  notExecutable: 126,
  /** The command to run in a container does not exist. */
  notFound: 127,
} as const;
