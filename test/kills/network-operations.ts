import { freePort } from "../support/ports.ts";
import { IMAGE } from "../support/world.ts";
import type { Operations } from "./operation.ts";

const RM = ["rm", "-f", "-i", "-t", "0", "made"];

/** Commands whose containers have a network, a way out, and a port of the host. */
export async function networkOperations(): Promise<Operations> {
  const port = await freePort();
  const run = (network: string, ...command: string[]) => [
    ...["run", "-d", "--name", "made", "--network", network, "-p", `${port}:80`, "-p", `${port}:80/udp`],
    ...[IMAGE, ...(command.length === 0 ? ["sleep", "100000"] : command)],
  ];
  const inNetwork = run("keptnet");
  const alone = run("slirp4netns");
  const second = ["network", "create", "--ignore", "second"];
  const undoBoth = [RM, ["network", "rm", "-f", "second"]];
  // A monitor that was killed is there no more; its container is as it was.
  const LEFT_ALONE = /gives no answer: restart the container|is not running/;
  const IN_USE = /already in use|already exists/;
  return {
    "run in a network": { args: inNetwork, undo: [RM], already: IN_USE, runs: true },
    "run --rm in a network": {
      args: ["run", "--rm", "--name", "made", "--network", "keptnet", IMAGE, "true"],
      undo: [RM],
      already: IN_USE,
      runs: true,
    },
    "run with slirp4netns": { args: alone, undo: [RM], already: IN_USE, runs: true },
    "run with pasta": {
      args: ["run", "-d", "--name", "made", "--network", "pasta", IMAGE, "sleep", "100000"],
      undo: [RM],
      already: IN_USE,
      runs: true,
    },
    "rm -f in a network": { prepare: [inNetwork], args: RM, undo: [RM] },
    "rm -f with slirp4netns": { prepare: [alone], args: RM, undo: [RM] },
    "restart in a network": {
      prepare: [inNetwork],
      args: ["restart", "-t", "0", "made"],
      undo: [RM],
      runs: true,
    },
    "restart with slirp4netns": {
      prepare: [alone],
      args: ["restart", "-t", "0", "made"],
      undo: [RM],
      runs: true,
    },
    "network connect": {
      prepare: [second, inNetwork],
      args: ["network", "connect", "second", "made"],
      undo: undoBoth,
      already: new RegExp(`already connected|${LEFT_ALONE.source}`),
    },
    "network disconnect": {
      prepare: [second, inNetwork, ["network", "connect", "second", "made"]],
      args: ["network", "disconnect", "second", "made"],
      undo: undoBoth,
      already: new RegExp(`is not connected|${LEFT_ALONE.source}`),
    },
    "network reload": {
      prepare: [inNetwork],
      args: ["network", "reload", "made"],
      undo: [RM],
      already: LEFT_ALONE,
    },
    "exec in a network": { prepare: [inNetwork], args: ["exec", "made", "true"], undo: [RM], runs: true },
  };
}
