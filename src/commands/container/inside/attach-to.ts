import type { Call } from "../../../cli/define-command.ts";
import type { FlagTable } from "../../../cli/flags/flag.ts";
import { LAST_LINE } from "../../../cli/log.ts";
import {
  type AttachOptions,
  becomeAttachClient,
  type ClientStart,
} from "../../../container/monitor/attach.ts";
import { keepOverExec } from "../../../container/monitor/monitor.ts";
import type { Container } from "../../../container/state/list.ts";
import { NO_WINDOW } from "../../../container/state/start-options.ts";
import { winsize } from "../../../os/descriptor.ts";
import { programFile } from "../../../os/program-files.ts";

/** The size of the caller's terminal; 0 where there is none. */
export function callerWindow(): { rows: number; columns: number } {
  return winsize(0) ?? winsize(1) ?? NO_WINDOW;
}

export interface AttachTo {
  readonly stdin: boolean;
  readonly stdout?: boolean;
  readonly stderr?: boolean;
  readonly detachKeys: Uint8Array;
  readonly signalProxy: boolean;
  /** Whether the container is stopped when its output is read no more. */
  readonly stopsOnBrokenOutput?: boolean;
  /** Seconds between a SIGTERM that was passed on and SIGKILL; undefined: there is none. */
  readonly stopSeconds?: number | undefined;
  /** The monitor's pipe, where it waits for us. */
  readonly syncFd?: number;
  readonly starting?: ClientStart;
}

/**
 * What the client becomes where a start fails that it awaits, without the monitor's answer.
 * @param words a hidden command with its operands
 */
export function failedCommand(call: Pick<Call<FlagTable>, "globalFlags">, ...words: string[]): string[] {
  const { root, runroot } = call.globalFlags;
  return [
    programFile,
    ...(root === undefined ? [] : ["--root", root]),
    ...(runroot === undefined ? [] : ["--runroot", runroot]),
    ...words,
  ];
}

/** Turn this process into the client of a container that runs, or is being started. Never returns. */
export function attachToContainer<T extends FlagTable>(
  call: Call<T>,
  container: Pick<Container, "record" | "paths">,
  to: AttachTo,
): never {
  call.log("debug", LAST_LINE);
  call.flush();
  if (to.syncFd !== undefined) keepOverExec(to.syncFd);
  return becomeAttachClient(attachOptions(container, to), call.env);
}

/** How the client is to be, for a container and what its caller asked. */
export function attachOptions(
  { record, paths }: Pick<Container, "record" | "paths">,
  to: AttachTo,
): AttachOptions {
  const { tty } = record.options.process;
  return {
    directory: paths.runtime,
    tty,
    stdin: to.stdin,
    detachKeys: to.detachKeys,
    // With a terminal the keys themselves make the signals, inside (podman-run(1), --sig-proxy).
    signalProxy: to.signalProxy && !tty,
    stopsOnBrokenOutput: to.stopsOnBrokenOutput ?? false,
    stopSeconds: to.stopSeconds,
    ...(to.starting === undefined ? {} : { starting: to.starting }),
    ...(to.stdout === undefined ? {} : { stdout: to.stdout }),
    ...(to.stderr === undefined ? {} : { stderr: to.stderr }),
  };
}
