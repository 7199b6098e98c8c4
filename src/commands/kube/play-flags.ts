import type { FlagTable } from "../../cli/flags/flag.ts";
import { registryFlags } from "../flags/registry-flags.ts";

/** The flags of `kube play`. */
export const playFlags = {
  ...registryFlags,
  annotation: {
    type: "list",
    value: "NAME=VALUE",
    help: "Add an annotation to all pods and containers, such as one of Podman's own",
  },
  build: {
    type: "boolean",
    help: "Build the images of which a directory of their name has a Containerfile or Dockerfile (default: those that are not here)",
  },
  configmap: {
    type: "list",
    value: "FILE",
    complete: "file",
    help: "File with ConfigMaps that the pods refer to",
  },
  "context-dir": {
    type: "string",
    value: "DIR",
    complete: "directory",
    help: "Where the directories of images are that --build builds (default: this directory)",
  },
  down: { type: "boolean", hidden: true, help: "Stop and remove the pods, as kube down does" },
  force: { type: "boolean", help: "With --down, remove the volumes of claims as well" },
  ip: {
    type: "list",
    split: true,
    value: "ADDRESS",
    help: "Address of a pod; of several pods each takes one",
  },
  "log-driver": { type: "string", value: "DRIVER", help: "Where the containers' output goes" },
  "log-opt": { type: "list", value: "NAME=VALUE", help: "Option of the log driver" },
  "mac-address": {
    type: "list",
    split: true,
    value: "ADDRESS",
    help: "Hardware address of a pod; of several pods each takes one",
  },
  network: {
    type: "list",
    value: "NETWORK",
    complete: "network",
    help: "Network of the pods, as for run (default: podman-default-kube-network, which has names)",
  },
  "no-hostname": { type: "boolean", help: "Keep the images' own /etc/hostname" },
  "no-hosts": { type: "boolean", help: "Keep the images' own /etc/hosts" },
  "no-pod-prefix": {
    type: "boolean",
    help: "Call containers as the document does, without the pod's name before",
  },
  "no-trunc": { type: "boolean", hidden: true, help: "Ignored: annotations are never cut" },
  publish: {
    type: "list",
    split: true,
    value: "[[IP:]HOST:]PORT",
    help: "Publish a port of the pods, in place of what the document says of it",
  },
  "publish-all": { type: "boolean", help: "Publish every containerPort on the same port of the host" },
  quiet: { type: "boolean", short: "q", help: "Show no progress of pulls" },
  replace: { type: "boolean", help: "Make all pods anew, also those that are as they should be" },
  "seccomp-profile-root": {
    type: "string",
    value: "DIR",
    complete: "directory",
    default: "/var/lib/kubelet/seccomp",
    help: "Where profiles of the type Localhost are",
  },
  "service-container": {
    type: "boolean",
    hidden: true,
    help: "Run a container beside the pods that stands for them in a systemd unit",
  },
  "service-exit-code-propagation": {
    type: "string",
    value: "all|any|none",
    hidden: true,
    help: "What the service container's exit code is made of",
  },
  start: { type: "boolean", default: true, help: "Start the pods" },
  strict: { type: "boolean", help: "Take warnings about fields for errors, as --validate strict does" },
  userns: { type: "string", value: "MODE", help: "User namespace of the pods, as for run" },
  validate: {
    type: "string",
    value: "ignore|warn|strict",
    default: "warn",
    help: "What is done about fields that are unknown or not carried out",
  },
  wait: {
    type: "boolean",
    short: "w",
    help: "Stay until the pods have ended, or a signal comes, and remove them then",
  },
} as const satisfies FlagTable;
