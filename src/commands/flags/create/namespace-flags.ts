import type { FlagTable } from "../../../cli/flags/flag.ts";

/** Which namespaces are shared, and with whom. */
export const namespaceFlags = {
  ipc: {
    type: "string",
    value: "MODE",
    help: "IPC namespace: private, shareable, none, host, container:NAME, ns:PATH",
  },
  pid: { type: "string", value: "MODE", help: "PID namespace: private, host, container:NAME, ns:PATH" },
  uts: { type: "string", value: "MODE", help: "UTS namespace: private, host, container:NAME, ns:PATH" },
  cgroupns: {
    type: "string",
    value: "MODE",
    help: "Cgroup namespace: private, host, container:NAME, ns:PATH",
  },
  userns: {
    type: "string",
    value: "MODE",
    help: "User namespace: host, keep-id[:uid=,gid=,size=], nomap, auto, container:NAME, ns:PATH",
  },
  uidmap: {
    type: "list",
    split: true,
    value: "[FLAGS]CONTAINER:FROM[:AMOUNT]",
    help: "Map user ids in a user namespace of the container's own",
  },
  gidmap: {
    type: "list",
    split: true,
    value: "[FLAGS]CONTAINER:FROM[:AMOUNT]",
    help: "Map group ids in a user namespace of the container's own",
  },
  subuidname: {
    type: "string",
    value: "NAME",
    emptyIsAbsent: true,
    help: "Take the ids of this entry of /etc/subuid",
  },
  subgidname: {
    type: "string",
    value: "NAME",
    emptyIsAbsent: true,
    help: "Take the ids of this entry of /etc/subgid",
  },
  "disable-content-trust": { type: "boolean", hidden: true, help: "Ignored, as by Podman" },
  "init-ctr": {
    type: "string",
    value: "once|always",
    help: "Run the container to its end before the others of its pod: at the pod's first start, or at each",
  },
  pod: {
    type: "string",
    value: "POD",
    complete: "pod",
    help: "Put the container into this pod; new:NAME makes the pod, with the container's ports and network",
  },
  "pod-id-file": { type: "string", value: "FILE", complete: "file", help: "Read the pod's ID from a file" },
} as const satisfies FlagTable;
