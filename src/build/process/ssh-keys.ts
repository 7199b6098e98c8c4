import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, constants, existsSync, openSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { TspodError } from "../../errors.ts";
import type { AgentContext } from "./agent-context.ts";
import type { AgentSource } from "./secrets.ts";

const TRIES = 100;
const PAUSE_MS = 20;

/**
 * The agent ends when stdin does: it has private keys in memory, and a build that is killed closes its end of
 * the pipe.
 */
const LIVE_WITH_STDIN =
  "command -v ssh-agent >/dev/null || exit 127; ssh-agent -D -a agent & read -r _; kill $!; wait $!";

/**
 * An agent of our own that serves private keys without a passphrase; it ends with the step.
 * @returns absolute path of its socket
 * @throws {TspodError} If ssh-agent is missing, or a key can't be added.
 */
export async function agentWithKeys(source: AgentSource, { workshop, undo }: AgentContext): Promise<string> {
  const directory = workshop.directory("keys");
  const fd = openSync(directory, constants.O_DIRECTORY);
  undo.defer(() => closeSync(fd));
  // A short name, since the path of a socket has 107 bytes at most.
  const socket = `/proc/${process.pid}/fd/${fd}/agent`;
  const agent = spawn("sh", ["-c", LIVE_WITH_STDIN], { stdio: ["pipe", "ignore", "ignore"], cwd: directory });
  const ended = once(agent, "close");
  const failed = ended.then(() => {
    throw new TspodError("starting ssh-agent: is it installed?");
  });
  failed.catch(() => undefined);
  undo.defer(async () => {
    agent.stdin.end();
    await ended;
  });
  for (let count = 0; !existsSync(socket); count++) {
    if (count === TRIES) throw new TspodError("ssh-agent does not make its socket");
    await Promise.race([sleep(PAUSE_MS), failed]);
  }
  for (const path of source.paths) await addKey(path, socket);
  return socket;
}

async function addKey(path: string, socket: string): Promise<void> {
  const add = spawn("ssh-add", ["-q", path], {
    stdio: ["ignore", "ignore", "pipe"],
    env: { PATH: process.env.PATH, SSH_AUTH_SOCK: socket, SSH_ASKPASS_REQUIRE: "never" },
  });
  let said = "";
  add.stderr.on("data", (chunk: Buffer) => {
    said += chunk.toString();
  });
  const [code] = (await once(add, "close")) as [number | null];
  if (code !== 0) throw new TspodError(`adding the key "${path}" to an ssh agent: ${said.trim()}`);
}
