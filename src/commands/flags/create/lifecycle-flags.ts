import type { FlagTable } from "../../../cli/flags/flag.ts";

/** Its name, its record, its end. */
export const lifecycleFlags = {
  name: { type: "string", value: "NAME", help: "Name of the container" },
  replace: { type: "boolean", help: "Remove a container of the same name first" },
  rm: { type: "boolean", help: "Remove the container when it has ended" },
  restart: {
    type: "string",
    value: "POLICY",
    help: "When to start it again: no, on-failure[:RETRIES], always, unless-stopped",
  },
  requires: {
    type: "list",
    split: true,
    value: "CONTAINER",
    complete: "container",
    help: "Container that must run first",
  },
  label: { type: "list", short: "l", value: "KEY=VALUE", help: "Label of the container" },
  "label-file": {
    type: "list",
    value: "FILE",
    complete: "file",
    help: "Read labels from a file",
  },
  annotation: {
    type: "list",
    value: "KEY=VALUE",
    help: "Annotation in the runtime's configuration",
  },
  cidfile: {
    type: "string",
    emptyIsAbsent: true,
    value: "FILE",
    complete: "file",
    help: "Write the container's ID to a file, which is removed with the container",
  },
  pidfile: {
    type: "string",
    emptyIsAbsent: true,
    value: "FILE",
    complete: "file",
    help: "Write the process ID of the container to a file",
  },
  "conmon-pidfile": {
    type: "string",
    emptyIsAbsent: true,
    value: "FILE",
    complete: "file",
    help: "Write the process ID of the monitor to a file",
  },
  "log-driver": {
    type: "string",
    default: "",
    value: "DRIVER",
    help: "Where output is kept: k8s-file, json-file, journald, none; passthrough: it is the caller's (default k8s-file; in a systemd unit journald)",
  },
  "log-opt": {
    type: "list",
    value: "NAME=VALUE",
    help: "Option of the log: path, max-size, max-file (of json-file), tag",
  },
} as const satisfies FlagTable;
