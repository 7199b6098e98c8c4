import { messageChain } from "../../errors.ts";
import { lookupGroups, lookupUser } from "../../oci/lookup-user.ts";
import type { Env } from "../../os/env.ts";
import { readIdMaps } from "../../rootless/id-map.ts";
import { openContainerRoot } from "../copy/container-root.ts";
import { followLogs } from "../logs/follow-logs.ts";
import { containerAccounts } from "../rootfs/container-user.ts";
import type { Engine } from "../state/engine.ts";
import { type Health, readHealth } from "../state/health.ts";
import { type LastStop, readLastStop } from "../state/last-stop.ts";
import type { Container, ContainerPlace } from "../state/list.ts";
import { readStartError } from "../state/start-error.ts";
import { isStoppedByUser } from "../state/stopped-by-user.ts";
import { type BindFinding, examineBind, type ProcessOwner } from "./examine-binds.ts";
import { type CommandFinding, examineCommand } from "./examine-command.ts";
import { examineNetworks, type NetworkReport } from "./examine-networks.ts";

/** All that can be found out about how a container ended, or why it never began. */
export interface PostMortem {
  readonly container: Container;
  /** Whether a user asked for its end. */
  readonly stoppedByUser: boolean;
  /** Why its last start has failed; undefined where it has not. */
  readonly startError: string | undefined;
  /** Where its last run ended by the SIGKILL of a stop. */
  readonly lastStop: LastStop | undefined;
  /** Undefined where its files can't be looked at: `filesProblem` says why. */
  readonly command?: CommandFinding;
  readonly filesProblem?: string;
  readonly binds: readonly BindFinding[];
  readonly networks: NetworkReport;
  readonly health?: Health | undefined;
  /** The last lines of its log, as they were printed. */
  readonly log: readonly string[];
}

export interface LogLimits {
  /** How many of the log's last lines to take. */
  readonly lines: number;
  readonly signal: AbortSignal;
  readonly env: Env;
}

export async function postMortem(
  place: Engine,
  container: Container,
  { lines, signal, env }: LogLimits,
): Promise<PostMortem> {
  const { record, paths } = container;
  return {
    container,
    stoppedByUser: isStoppedByUser(paths),
    startError: readStartError(paths),
    lastStop: readLastStop(paths),
    ...(await examineFiles(place, container)),
    binds: examineBinds(place, container),
    networks: examineNetworks(place, container),
    health: readHealth(record.options, paths),
    log: await lastLines(container, { lines, signal, env }),
  };
}

async function examineFiles(
  place: ContainerPlace,
  container: Container,
): Promise<{ command: CommandFinding } | { filesProblem: string }> {
  const { entrypoint, command, env, workdir } = container.record.options.process;
  try {
    using root = await openContainerRoot(place, container);
    const path = env.findLast((entry) => entry.startsWith("PATH="))?.slice("PATH=".length) ?? "";
    return { command: examineCommand(root, { program: [...entrypoint, ...command][0], path, workdir }) };
  } catch (error) {
    return { filesProblem: messageChain(error) };
  }
}

function examineBinds(place: ContainerPlace, { record, paths }: Container): BindFinding[] {
  const owner = processOwner(place, { record, paths });
  if (owner === undefined) return [];
  const maps = readIdMaps();
  return record.options.mounts.flatMap((request) => {
    const finding = request.type === "bind" ? examineBind(request, { owner, maps }) : undefined;
    return finding === undefined ? [] : [finding];
  });
}

/**
 * Undefined with a user namespace of the container's own, whose ids are not ours, and for a user that the
 * image doesn't have.
 */
function processOwner(
  { store }: ContainerPlace,
  { record, paths }: Pick<Container, "record" | "paths">,
): ProcessOwner | undefined {
  const { userns, process: options } = record.options;
  if (userns.kind !== "host") return undefined;
  try {
    const files = containerAccounts(store, record, paths);
    const { uid, gid, additionalGids } = lookupUser(options.user, files);
    const named = options.groups.filter((group) => group !== "keep-groups");
    return { uid, gid, groups: [...additionalGids, ...lookupGroups(named, files)] };
  } catch {
    return undefined;
  }
}

async function lastLines(container: Container, { lines, signal, env }: LogLimits): Promise<string[]> {
  const { driver } = container.record.options.log;
  if (driver === "none" || driver === "passthrough") return [];
  const pieces: Uint8Array[] = [];
  const take = (bytes: Uint8Array) => void pieces.push(Buffer.from(bytes));
  await followLogs([container], {
    follow: false,
    tail: lines,
    since: undefined,
    until: undefined,
    timestamps: false,
    prefix: "none",
    env,
    signal,
    stdout: take,
    stderr: take,
    flush: () => {},
  });
  const text = Buffer.concat(pieces).toString();
  return text === "" ? [] : text.replace(/\n$/, "").split("\n");
}
