import type { FlagTable } from "../../../cli/flags/flag.ts";

/** Network, names and ports. */
export const networkFlags = {
  network: {
    type: "list",
    aliases: ["net"],
    value: "MODE",
    complete: "network",
    help: "Network: slirp4netns[:OPTIONS] (default), NETWORK[:OPTIONS] (several times), bridge, pasta[:OPTIONS], none, host, container:NAME, ns:PATH",
  },
  "network-alias": {
    type: "list",
    split: true,
    aliases: ["net-alias"],
    value: "NAME",
    help: "Further name of the container in its networks",
  },
  publish: {
    type: "list",
    split: true,
    short: "p",
    value: "[[IP:]PORT:]PORT[/PROTOCOL]",
    help: "Publish a port, or a range of ports, on the host",
  },
  egress: {
    type: "list",
    value: "none|NETWORK|NAME,…",
    help: "Let the container reach these addresses only beyond its networks with names, and none of the rest",
  },
  "publish-all": {
    type: "boolean",
    short: "P",
    help: "Publish all ports that the image exposes, on ports that are free",
  },
  expose: {
    type: "list",
    split: true,
    value: "PORT[/PROTOCOL]",
    help: "Note a port or a range as offered, for --publish-all",
  },
  "add-host": {
    type: "list",
    split: true,
    value: "NAME:IP",
    help: "Add a line to /etc/hosts; host-gateway stands for the host's address",
  },
  "hosts-file": {
    type: "string",
    value: "PATH",
    complete: "file",
    help: "File whose entries /etc/hosts begins with, in place of the host's file; image takes the image's own file, none no file",
  },
  "no-hostname": { type: "boolean", help: "Leave the image's /etc/hostname as it is" },
  "no-hosts": { type: "boolean", help: "Leave the image's /etc/hosts as it is" },
  dns: {
    type: "list",
    split: true,
    value: "IP",
    help: "Name server; none leaves the image's /etc/resolv.conf as it is",
  },
  "dns-option": {
    type: "list",
    split: true,
    aliases: ["dns-opt"],
    value: "OPTION",
    help: "Option of the resolver",
  },
  "dns-search": { type: "list", split: true, value: "DOMAIN", help: "Search domain; . for none" },
  ip: { type: "string", value: "IP", help: "Static IPv4 address" },
  ip6: { type: "string", value: "IP", help: "Static IPv6 address" },
  "mac-address": { type: "string", value: "MAC", help: "Hardware address of the container's interface" },
} as const satisfies FlagTable;
