import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Host } from "../support/host.ts";
import { IMAGE } from "../support/world.ts";
import type { Operations } from "./operation.ts";

const RM = ["rm", "-f", "-i", "-v", "-t", "0", "made"];
const CREATE = ["create", "--name", "made", "--network", "none", "-v", "/v", IMAGE, "sleep", "100000"];
const RUN = ["run", "-d", "--name", "made", "--network", "none", "-v", "/v", IMAGE, "sleep", "100000"];
/** One that was done before its kill has lost its name to the second. */
const FORGET = [
  ["rmi", "-f", "-i", "localhost/made"],
  ["image", "prune", "-f"],
];
const GONE = /no such (?:container|pod|object)|no container with name/;
const IN_USE = /already in use|already exists/;

const POD = `{apiVersion: v1, kind: Pod, metadata: {name: played}, spec: {terminationGracePeriodSeconds: 0, containers: [{name: c, image: "${IMAGE}", command: [sleep, "9999"]}]}}`;

export function containerOperations(host: Host): Operations {
  const at = (name: string) => join(host.directory, name);
  writeFileSync(at("pod.yaml"), POD);
  writeFileSync(at("copied"), "copied");
  return {
    create: { args: CREATE, undo: [RM], already: IN_USE },
    "run -d": { args: RUN, undo: [RM], already: IN_USE, runs: true },
    "run --rm": {
      args: [
        "run",
        "--rm",
        "--name",
        "made",
        "--network",
        "none",
        "-v",
        "/v",
        IMAGE,
        "sh",
        "-c",
        "echo x >/f",
      ],
      undo: [RM],
      already: IN_USE,
      runs: true,
    },
    "run in a user namespace of its own": {
      args: [
        "run",
        "-d",
        "--name",
        "made",
        "--network",
        "none",
        "--userns",
        "auto:size=1024",
        IMAGE,
        "sleep",
        "9999",
      ],
      undo: [RM],
      already: IN_USE,
      runs: true,
    },
    start: { prepare: [CREATE], args: ["start", "made"], undo: [RM], runs: true },
    stop: { prepare: [RUN], args: ["stop", "-t", "0", "made"], undo: [RM] },
    restart: { prepare: [RUN], args: ["restart", "-t", "0", "made"], undo: [RM], runs: true },
    kill: { prepare: [RUN], args: ["kill", "made"], undo: [RM], already: /can only kill running containers/ },
    pause: {
      prepare: [RUN],
      args: ["pause", "made"],
      undo: [RM],
      already: /is already paused|is not running|can only pause running/,
    },
    unpause: {
      prepare: [RUN, ["pause", "made"]],
      args: ["unpause", "made"],
      undo: [RM],
      already: /is not paused|can only unpause|is not running/,
    },
    init: { prepare: [CREATE], args: ["init", "made"], undo: [RM], already: /has already been|initialized/ },
    "update of one that runs": {
      prepare: [RUN],
      args: ["update", "--restart", "on-failure:3", "made"],
      undo: [RM],
    },
    rm: { prepare: [CREATE], args: ["rm", "-v", "made"], undo: [RM], already: GONE },
    "rm -f": { prepare: [RUN], args: ["rm", "-f", "-v", "-t", "0", "made"], undo: [RM] },
    rename: {
      prepare: [CREATE],
      args: ["rename", "made", "renamed"],
      undo: [["rm", "-f", "-i", "-v", "-t", "0", "made", "renamed"]],
      already: GONE,
    },
    update: { prepare: [CREATE], args: ["update", "--restart", "on-failure:3", "made"], undo: [RM] },
    clone: {
      prepare: [CREATE],
      args: ["container", "clone", "made", "cloned"],
      undo: [["rm", "-f", "-i", "-v", "-t", "0", "made", "cloned"]],
      already: IN_USE,
    },
    exec: {
      prepare: [RUN],
      args: ["exec", "made", "sh", "-c", "echo x >/f"],
      undo: [RM],
      already: /can only create exec sessions on running containers/,
      runs: true,
    },
    "cp into a container": { prepare: [CREATE], args: ["cp", at("copied"), "made:/copied"], undo: [RM] },
    "cp out of one": { args: ["cp", "kept:/file", at("out/file")], undo: [] },
    export: { args: ["export", "-o", at("out/root.tar"), "kept"], undo: [] },
    commit: {
      args: ["commit", "-q", "kept", "localhost/made"],
      undo: FORGET,
    },
    "commit --squash": {
      args: ["commit", "-q", "--squash", "kept", "localhost/made"],
      undo: FORGET,
    },
    "container prune": {
      prepare: [CREATE],
      args: ["container", "prune", "-f", "--filter", "label=none-has-this"],
      undo: [RM],
    },
    "pod create": {
      args: ["pod", "create", "--name", "madepod"],
      undo: [["pod", "rm", "-f", "-i", "-t", "0", "madepod"]],
      already: IN_USE,
    },
    "pod start": {
      prepare: [
        ["pod", "create", "--name", "madepod", "--network", "none"],
        ["create", "--pod", "madepod", "--name", "made", IMAGE, "sleep", "100000"],
      ],
      args: ["pod", "start", "madepod"],
      undo: [["pod", "rm", "-f", "-i", "-t", "0", "madepod"]],
      runs: true,
    },
    "pod stop": {
      prepare: [
        ["pod", "create", "--name", "madepod", "--network", "none"],
        ["run", "-d", "--pod", "madepod", "--name", "made", IMAGE, "sleep", "100000"],
      ],
      args: ["pod", "stop", "-t", "0", "madepod"],
      undo: [["pod", "rm", "-f", "-i", "-t", "0", "madepod"]],
    },
    "pod rm": {
      prepare: [
        ["pod", "create", "--name", "madepod", "--network", "none"],
        ["run", "-d", "--pod", "madepod", "--name", "made", IMAGE, "sleep", "100000"],
      ],
      args: ["pod", "rm", "-f", "-t", "0", "madepod"],
      undo: [["pod", "rm", "-f", "-i", "-t", "0", "madepod"]],
      already: GONE,
    },
    "pod clone": {
      prepare: [["pod", "create", "--name", "madepod", "--network", "none"]],
      args: ["pod", "clone", "madepod", "clonedpod"],
      undo: [["pod", "rm", "-f", "-i", "-t", "0", "madepod", "clonedpod"]],
      already: IN_USE,
    },
    "kube down": {
      prepare: [["kube", "play", "--network", "none", at("pod.yaml")]],
      args: ["kube", "down", at("pod.yaml")],
      undo: [["pod", "rm", "-f", "-i", "-t", "0", "played"]],
    },
    "kube play": {
      args: ["kube", "play", "--replace", "--network", "none", "-"],
      input: POD,
      undo: [["pod", "rm", "-f", "-i", "-t", "0", "played"]],
      runs: true,
    },
  };
}
