import type { Command } from "./framework/define-command.ts";

/** Each chunk exports its command as `command`. */
type LoadCommand = () => Promise<{ readonly command: Command }>;

/**
 * Every command by its words. One row a line, sorted; two names for one command are two rows.
 * A row: the words, then what loads it. Nothing is loaded but the one that runs.
 */
export const commands: Readonly<Record<string, LoadCommand>> = {
  __complete: () => import("./complete.ts"),
  __completeNoDesc: () => import("./complete.ts"),
  attach: () => import("./attach.ts"),
  "container attach": () => import("./attach.ts"),
  "container create": () => import("./create.ts"),
  "container exec": () => import("./exec.ts"),
  "container inspect": () => import("./container-inspect.ts"),
  "container kill": () => import("./kill.ts"),
  "container list": () => import("./ps.ts"),
  "container logs": () => import("./logs.ts"),
  "container ls": () => import("./ps.ts"),
  "container ps": () => import("./ps.ts"),
  "container rm": () => import("./rm.ts"),
  "container run": () => import("./run.ts"),
  "container start": () => import("./start.ts"),
  "container stop": () => import("./stop.ts"),
  "container wait": () => import("./wait.ts"),
  create: () => import("./create.ts"),
  completion: () => import("./completion.ts"),
  exec: () => import("./exec.ts"),
  help: () => import("./help.ts"),
  "image inspect": () => import("./image-inspect.ts"),
  "image pull": () => import("./pull.ts"),
  info: () => import("./info.ts"),
  inspect: () => import("./inspect.ts"),
  kill: () => import("./kill.ts"),
  logs: () => import("./logs.ts"),
  ps: () => import("./ps.ts"),
  pull: () => import("./pull.ts"),
  rm: () => import("./rm.ts"),
  run: () => import("./run.ts"),
  start: () => import("./start.ts"),
  stop: () => import("./stop.ts"),
  "system info": () => import("./info.ts"),
  unshare: () => import("./unshare.ts"),
  version: () => import("./version.ts"),
  "volume inspect": () => import("./volume-inspect.ts"),
  wait: () => import("./wait.ts"),
};
