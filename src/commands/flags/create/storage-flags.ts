import type { FlagTable } from "../../../cli/flags/flag.ts";

/** Mounts and devices. */
export const storageFlags = {
  volume: {
    type: "list",
    short: "v",
    value: "[SOURCE:]PATH[:OPTIONS]",
    complete: "volume",
    help: "Mount a volume, or a path of the host, in the container",
  },
  mount: {
    type: "list",
    value: "type=TYPE,src=SOURCE,dst=PATH",
    help: "Mount a filesystem: bind, volume, tmpfs, image or devpts",
  },
  tmpfs: { type: "list", value: "PATH[:OPTIONS]", help: "Mount a temporary filesystem in memory" },
  "volumes-from": {
    type: "list",
    value: "CONTAINER[:OPTIONS]",
    complete: "container",
    help: "Mount what another container has mounted",
  },
  "image-volume": {
    type: "string",
    emptyIsAbsent: true,
    default: "bind",
    value: "MODE",
    help: "What to do with the volumes of the image: bind, tmpfs or ignore",
  },
  device: {
    type: "list",
    value: "PATH[:PATH][:PERMISSIONS]",
    complete: "file",
    help: "Give the container a device of the host, or one of CDI as VENDOR/CLASS=NAME",
  },
  gpus: {
    type: "list",
    split: true,
    value: "GPU",
    help: "Give the container graphics cards of the CDI device nvidia.com/gpu: all, or numbers",
  },
  "device-cgroup-rule": {
    type: "list",
    split: true,
    value: "RULE",
    help: "Allow a kind of device; needs rights that tspod never has",
  },
  rootfs: {
    type: "boolean",
    help: "The first operand is a directory to use as the root filesystem, not an image; DIR:O leaves the directory as it is",
  },
  chrootdirs: {
    type: "list",
    value: "DIR",
    help: "Also put the container's /etc files into this directory",
  },
} as const satisfies FlagTable;
