import { TspodError } from "../../errors.ts";
import type { HostFacts } from "../../spec/host-facts.ts";
import { preservedFds } from "../runtime/preserved-fds.ts";
import type { Engine } from "../state/engine.ts";

/**
 * The descriptors that a socket unit gave this process, from 3 on, for the container.
 * @returns undefined where it gave none, or to another process of which we inherited the environment
 * @see sd_listen_fds(3)
 */
export function socketActivation(env: Engine["env"]): HostFacts["activation"] {
  const { LISTEN_PID: pid, LISTEN_FDS: text, LISTEN_FDNAMES: names } = env;
  if (text === undefined || pid !== String(process.pid)) return undefined;
  if (!/^\d+$/.test(text)) throw new TspodError(`invalid LISTEN_FDS "${text}": must be a number`);
  return { count: Number(text), ...(names !== undefined && { names }) };
}

/** The descriptors that the container gets: those that were asked for, otherwise those of the socket unit. */
export function fdsToPass({ env, launch, warn }: Engine, asked: readonly number[]): readonly number[] {
  const activation = socketActivation(env);
  if (activation === undefined) return asked;
  if (asked.length === 0) return preservedFds({ count: activation.count, numbers: [] }, launch.liveFd);
  warn("WARN[0000] Ignoring LISTEN_FDS to preserve custom user-specified FDs");
  return asked;
}
