import { TspodError } from "../../errors.ts";
import type { NetworkAttachment, NetworkMode, SlirpOptions } from "../network-mode.ts";
import { isIpAddress } from "./ip-address.ts";

/**
 * All of --network. Nothing, `private` and `default` are slirp4netns, what a user without rights gets.
 * @throws {TspodError} If a mode or an option is unknown, or modes exclude each other.
 */
export function parseNetworks(texts: readonly string[]): NetworkMode {
  const modes = texts
    .filter((text) => text !== "")
    .flatMap(splitNames)
    .map(parseNetwork);
  const [first = { kind: "slirp4netns", options: {} }, ...rest] = modes;
  if (rest.length === 0) return first;
  const networks = modes.flatMap((mode) => {
    if (mode.kind === "bridge") return mode.networks;
    throw new TspodError(
      first.kind === "bridge"
        ? `can only set extra network names, selected mode ${modeName(mode)} conflicts with bridge: invalid argument`
        : `cannot set multiple networks without bridge network mode, selected mode ${modeName(first)}: invalid argument`,
    );
  });
  return { kind: "bridge", networks };
}

/** The old form `net1,net2` has only names, and no options beside them. */
function splitNames(text: string, _index: number, all: readonly string[]): string[] {
  return all.length === 1 && /^[^:]+,/.test(text) ? text.split(",") : [text];
}

/** The name of the mode in inspect. */
function modeName(mode: NetworkMode): string {
  switch (mode.kind) {
    case "container":
      return `container:${mode.container}`;
    case "path":
      return `ns:${mode.path}`;
    default:
      return mode.kind;
  }
}

function parseNetwork(text: string): NetworkMode {
  const colon = text.indexOf(":");
  const name = colon < 0 ? text : text.slice(0, colon);
  const rest = colon < 0 ? "" : text.slice(colon + 1);
  switch (name) {
    case "slirp4netns":
      return { kind: "slirp4netns", options: parseSlirpOptions(rest) };
    case "private":
    case "default":
      return { kind: "slirp4netns", options: {} };
    case "pasta":
      return { kind: "pasta", options: rest === "" ? [] : rest.split(",") };
    case "none":
    case "host":
      return { kind: name };
    case "container":
      if (rest === "") throw new TspodError("must provide a container to share the network namespace with");
      return { kind: "container", container: rest };
    case "ns":
      if (rest === "") throw new TspodError("must provide a path to a namespace");
      return { kind: "path", path: rest };
    default:
      return { kind: "bridge", networks: [parseAttachment(name, rest)] };
  }
}

/** `NAME=VALUE,…`. @throws {TspodError} If one is unknown. */
export function parseSlirpOptions(text: string): SlirpOptions {
  return text === "" ? {} : Object.assign({}, ...text.split(",").map(parseSlirpOption));
}

function parseSlirpOption(option: string): SlirpOptions {
  const [name = "", value] = option.split("=", 2);
  if (value === undefined) throw new TspodError(`unknown option for slirp4netns: "${option}"`);
  switch (name) {
    case "allow_host_loopback":
      return { allowHostLoopback: readBoolean(name, value) };
    case "enable_ipv6":
      return { enableIpv6: readBoolean(name, value) };
    case "mtu":
      if (!/^\d+$/.test(value)) throw new TspodError(`invalid mtu "${value}"`);
      return { mtu: Number(value) };
    case "cidr":
      if (!/^\d+\.\d+\.\d+\.\d+\/\d+$/.test(value)) throw new TspodError(`invalid cidr "${value}"`);
      return { cidr: value };
    case "outbound_addr":
      return { outboundAddr: value };
    case "outbound_addr6":
      return { outboundAddr6: value };
    case "port_handler":
      if (value !== "slirp4netns" && value !== "rootlesskit") {
        throw new TspodError(`unknown port_handler for slirp4netns: "${value}"`);
      }
      return { portHandler: value };
    default:
      throw new TspodError(`unknown option for slirp4netns: "${option}"`);
  }
}

function readBoolean(name: string, value: string): boolean {
  if (value === "true" || value === "false") return value === "true";
  throw new TspodError(`invalid value of ${name} for slirp4netns: "${value}"`);
}

function parseAttachment(name: string, text: string): NetworkAttachment {
  if (name === "") throw new TspodError("network name cannot be empty: invalid argument");
  let attachment: NetworkAttachment = { name, ips: [], aliases: [] };
  try {
    for (const option of text === "" ? [] : text.split(",")) attachment = addOption(attachment, option);
  } catch (cause) {
    // As Podman: `bridge` names no network.
    throw name === "bridge" ? cause : new TspodError(`invalid option for network ${name}`, { cause });
  }
  return attachment;
}

function addOption(attachment: NetworkAttachment, option: string): NetworkAttachment {
  const [name = "", value = ""] = option.split("=", 2);
  switch (name) {
    case "ip":
    case "ip6":
      if (!isIpAddress(value)) throw new TspodError(`invalid ip address "${value}"`);
      return { ...attachment, ips: [...attachment.ips, value] };
    case "mac":
      return { ...attachment, mac: parseMac(value) };
    case "alias":
      if (value === "") throw new TspodError("alias cannot be empty");
      return { ...attachment, aliases: [...attachment.aliases, value] };
    case "interface_name":
      if (value === "") throw new TspodError("interface_name cannot be empty");
      return { ...attachment, interfaceName: value };
    default:
      throw new TspodError(`unknown bridge network option: ${name}`);
  }
}

/** @throws {TspodError} If it is no hardware address of six bytes. */
export function parseMac(text: string): string {
  if (!/^[0-9a-f]{2}([:-][0-9a-f]{2}){5}$/i.test(text))
    throw new TspodError(`address ${text}: invalid MAC address`);
  return text.toLowerCase().replaceAll("-", ":");
}

/** `--add-host NAME[;NAME…]:ADDRESS`, as given. @throws {TspodError} If it is not of that form. */
export function parseAddHost(text: string): string {
  const colon = text.indexOf(":");
  if (colon <= 0) throw new TspodError(`bad format for add-host: "${text}"`);
  const address = text.slice(colon + 1);
  if (address !== "host-gateway" && !isIpAddress(address)) {
    throw new TspodError(`invalid IP address in add-host: "${address}"`);
  }
  return text;
}

/** --dns: addresses, or the one word `none`. @throws {TspodError} If one is neither. */
export function parseDns(texts: readonly string[]): string[] {
  if (texts.includes("none") && texts.length > 1) {
    throw new TspodError("none is not allowed to be specified with other DNS ip addresses");
  }
  const bad = texts.find((text) => text !== "none" && !isIpAddress(text.split("%")[0] ?? ""));
  if (bad !== undefined) throw new TspodError(`${bad} is not an ip address`);
  return [...texts];
}

/** --dns-search: domains, or `.` for none at all. @throws {TspodError} If one is no domain. */
export function parseDnsSearch(texts: readonly string[]): string[] {
  const bad = texts.find(
    (text) => text !== "." && !/^[A-Za-z0-9_]([\w-]*\w)?(\.\w([\w-]*\w)?)*\.?$/.test(text),
  );
  if (bad !== undefined) throw new TspodError(`${bad} is not a valid domain`);
  return [...texts];
}
