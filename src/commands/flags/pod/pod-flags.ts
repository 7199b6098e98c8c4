import type { FlagTable, FlagValues } from "../../../cli/flags/flag.ts";
import { createFlags } from "../create/create-flags.ts";

/** What a pod is made with, by `pod create` or as a copy of another. */
export const podSettingFlags = {
  "blkio-weight": createFlags["blkio-weight"],
  "blkio-weight-device": createFlags["blkio-weight-device"],
  "cgroup-parent": { ...createFlags["cgroup-parent"], help: "Cgroup to make the pod's in" },
  "cpu-shares": createFlags["cpu-shares"],
  cpus: createFlags.cpus,
  "cpuset-cpus": createFlags["cpuset-cpus"],
  "cpuset-mems": createFlags["cpuset-mems"],
  device: { ...createFlags.device, help: "Give all containers of the pod a device of the host" },
  "device-read-bps": createFlags["device-read-bps"],
  "device-write-bps": createFlags["device-write-bps"],
  gidmap: createFlags.gidmap,
  hostname: { ...createFlags.hostname, help: "Host name of the pod (default: the pod's name)" },
  "infra-command": {
    type: "string",
    value: "COMMAND",
    help: "Command of the infra container, in place of its image's entrypoint",
  },
  "infra-conmon-pidfile": {
    type: "string",
    value: "FILE",
    complete: "file",
    help: "Write the process ID of the infra container's monitor to a file",
  },
  "infra-name": {
    type: "string",
    value: "NAME",
    help: "Name of the infra container (default: the pod's ID, and -infra)",
  },
  label: { ...createFlags.label, help: "Label of the pod" },
  "label-file": createFlags["label-file"],
  memory: { ...createFlags.memory, help: "Memory limit of all containers of the pod together" },
  "memory-swap": createFlags["memory-swap"],
  pid: { type: "string", value: "MODE", help: "PID namespace of the pod: private, host, ns:PATH" },
  restart: {
    ...createFlags.restart,
    help: "When to start the pod's containers again, where they don't say: no, on-failure[:RETRIES], always, unless-stopped",
  },
  "security-opt": createFlags["security-opt"],
  "shm-size": { ...createFlags["shm-size"], help: "Size of the pod's /dev/shm" },
  "shm-size-systemd": createFlags["shm-size-systemd"],
  subgidname: createFlags.subgidname,
  subuidname: createFlags.subuidname,
  sysctl: { ...createFlags.sysctl, help: "Kernel setting of the pod's namespaces" },
  uidmap: createFlags.uidmap,
  userns: {
    ...createFlags.userns,
    help: "User namespace of the pod: host, keep-id[:uid=,gid=,size=], nomap, auto",
  },
  uts: { type: "string", value: "MODE", help: "UTS namespace of the pod: private, host, ns:PATH" },
  volume: {
    ...createFlags.volume,
    help: "Mount a volume, or a path of the host, in all containers of the pod",
  },
  "volumes-from": {
    ...createFlags["volumes-from"],
    help: "Mount what another container has mounted in all containers of the pod",
  },
} as const satisfies FlagTable;

/** The flags of `pod create`. */
export const podCreateFlags = {
  ...podSettingFlags,
  "add-host": createFlags["add-host"],
  dns: createFlags.dns,
  "dns-option": createFlags["dns-option"],
  "dns-search": createFlags["dns-search"],
  "exit-policy": {
    type: "string",
    value: "POLICY",
    default: "continue",
    help: "What comes of the pod when its last container ends: continue (the infra container goes on) or stop",
  },
  "hosts-file": createFlags["hosts-file"],
  infra: {
    type: "boolean",
    default: true,
    help: "Whether there is an infra container, which holds the namespaces that the pod shares",
  },
  "infra-image": { type: "string", value: "IMAGE", complete: "image", help: "Image of the infra container" },
  ip: createFlags.ip,
  ip6: createFlags.ip6,
  "mac-address": createFlags["mac-address"],
  name: { type: "string", short: "n", value: "NAME", help: "Name of the pod" },
  network: { ...createFlags.network, help: createFlags.network.help.replace(" container:NAME,", "") },
  "network-alias": { ...createFlags["network-alias"], help: "Further name of the pod in its networks" },
  "no-hostname": createFlags["no-hostname"],
  "no-hosts": createFlags["no-hosts"],
  "pod-id-file": {
    type: "string",
    value: "FILE",
    complete: "file",
    help: "Write the pod's ID to a file",
  },
  publish: createFlags.publish,
  replace: { type: "boolean", help: "Remove a pod of the same name first, with its containers" },
  share: {
    type: "string",
    value: "NAMESPACES",
    default: "ipc,net,uts",
    help: "Namespaces that the containers share: cgroup, ipc, net, pid, uts, with commas between; +NAMESPACE adds to the default; none",
  },
  "share-parent": {
    type: "boolean",
    default: true,
    help: "Whether the containers' cgroups lie in one of the pod, which has its limits",
  },
} as const satisfies FlagTable;

export type PodCreateFlags = FlagValues<typeof podCreateFlags>;
