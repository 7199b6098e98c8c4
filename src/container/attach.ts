import { join } from "node:path";
import { execve } from "../os/addon.ts";
import { libDirectory } from "../os/program-files.ts";

export interface AttachOptions {
  /** Runtime directory of the container or exec session. */
  readonly directory: string;
  readonly tty: boolean;
  readonly stdin: boolean;
  readonly stdout?: boolean;
  readonly stderr?: boolean;
  /** Bytes that detach; empty: nothing does. */
  readonly detachKeys: Uint8Array;
  readonly signalProxy: boolean;
  /** The container is stopped when nobody reads its output any more: with --rm nobody else would. */
  readonly stopsOnBrokenOutput?: boolean;
}

/**
 * Become the attach client: same pid, no Node. Never returns. The caller has flushed its output.
 * @see execve(2)
 */
export function becomeAttachClient(
  options: AttachOptions,
  env: Readonly<Record<string, string | undefined>>,
): never {
  const file = join(libDirectory, "tspod-attach");
  const argv = [
    file,
    ...(options.tty ? ["--tty"] : []),
    ...(options.stdin ? ["--stdin"] : []),
    ...(options.stdout === false ? ["--no-stdout"] : []),
    ...(options.stderr === false ? ["--no-stderr"] : []),
    ...["--detach-keys", Buffer.from(options.detachKeys).toString("hex")],
    ...(options.signalProxy ? ["--sig-proxy"] : []),
    ...(options.stopsOnBrokenOutput ? ["--rm"] : []),
    options.directory,
  ];
  return execve(file, argv, { TERM: env.TERM });
}

/**
 * Become a client that has the monitor run the container's health check, and ends with what it came to: 0 healthy,
 * 1 unhealthy, 125 where there is no result.
 * @param timeout in words
 */
export function becomeHealthClient(directory: string, timeout: string): never {
  const file = join(libDirectory, "tspod-attach");
  return execve(file, [file, "--healthcheck", timeout, directory], {});
}
