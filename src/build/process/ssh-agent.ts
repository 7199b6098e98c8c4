import { closeSync, constants, openSync, statSync } from "node:fs";
import { createConnection, createServer, type Server } from "node:net";
import { join } from "node:path";
import { TspodError } from "../../errors.ts";
import type { AgentContext } from "./agent-context.ts";
import type { AgentSource } from "./secrets.ts";

/**
 * A socket that leads to an agent, for one step: it has an owner and a mode of its own, and ends with the
 * step.
 * @returns its absolute path; undefined where no agent was given
 * @throws {TspodError} If what was given is no agent's socket.
 */
export async function openAgent(
  source: AgentSource | undefined,
  context: AgentContext,
): Promise<string | undefined> {
  const [target] = source?.paths ?? [];
  if (source === undefined || target === undefined) return undefined;
  const status = statSync(target, { throwIfNoEntry: false });
  if (status === undefined) throw new TspodError(`ssh agent "${source.id}": "${target}" is not there`);
  const socket = status.isSocket()
    ? target
    : await (await import("./ssh-keys.ts")).agentWithKeys(source, context);
  return forward(socket, context);
}

async function forward(target: string, { workshop, undo }: AgentContext): Promise<string> {
  const directory = workshop.directory("agent");
  const server = createServer((client) => {
    const agent = createConnection(target);
    const end = (): void => {
      agent.destroy();
      client.destroy();
    };
    for (const side of [agent, client]) side.on("error", end).on("close", end);
    client.pipe(agent).pipe(client);
  });
  undo.defer(() => void server.close());
  await listenIn(directory, server);
  return join(directory, SOCKET);
}

const SOCKET = "agent";

/** By a short name: a socket's path has 107 bytes at most, and a store may lie deeper. */
async function listenIn(directory: string, server: Server): Promise<void> {
  const fd = openSync(directory, constants.O_DIRECTORY);
  try {
    await listen(server, `/proc/self/fd/${fd}/${SOCKET}`);
  } finally {
    closeSync(fd);
  }
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(path, () => resolve());
  });
}
