import { posix } from "node:path";
import { TspodError } from "../../../errors.ts";
import type { NetworkOptions } from "../../../options/create-options.ts";
import type { NetworkMode, PortMapping } from "../../../options/network-mode.ts";
import { parseEgress } from "../../../options/parse/egress.ts";
import {
  parseAddHost,
  parseDns,
  parseDnsSearch,
  parseNetworks,
  parseSlirpOptions,
} from "../../../options/parse/network.ts";
import { mergePorts, parseExpose, parsePublish } from "../../../options/parse/port.ts";
import { wantsBridge, withBridgeFlags } from "./bridge-from-flags.ts";
import type { CreateContext } from "./create-context.ts";
import type { CreateFlags } from "./create-flags.ts";

/** @throws {TspodError} If a value can't be read, or flags contradict each other. */
export function networkFromFlags(flags: CreateFlags, context: CreateContext): NetworkOptions {
  const { image, given } = context;
  if (flags["no-hosts"] && flags["add-host"].length > 0) {
    throw new TspodError("--no-hosts and --add-host cannot be set together");
  }
  if (flags["no-hosts"] && flags["hosts-file"] !== undefined)
    throw new TspodError("--no-hosts and --hosts-file cannot be set together");
  const mode = withConfiguredOptions(modeFromFlags(flags, context), context);
  if (mode.kind === "container") refuseSharedFiles(given);
  if (mode.kind === "container" || mode.kind === "none") refuseDns(mode.kind, given);
  const published = mergePorts(flags.publish.filter((text) => text !== "").map(parsePublish));
  const exposed = uniqueExposed(
    [...Object.keys(image.ExposedPorts ?? {}), ...flags.expose].flatMap(parseExpose),
  );
  return {
    mode,
    ports: [...published, ...(flags["publish-all"] ? unpublished(exposed, published) : [])],
    publishAll: flags["publish-all"],
    ...(flags.egress.length > 0 && { egress: egressFromFlags(mode, flags) }),
    exposed,
    dns: parseDns(flags.dns),
    dnsSearch: parseDnsSearch(flags["dns-search"]),
    dnsOptions: flags["dns-option"],
    addHost: flags["add-host"].map(parseAddHost),
    noHosts: flags["no-hosts"],
    noHostname: flags["no-hostname"],
    ...hostsFromFlags(flags, context),
    httpProxy: flags["http-proxy"],
  };
}

/** What /etc/hosts begins with: --hosts-file goes before containers.conf. */
function hostsFromFlags(flags: CreateFlags, { defaults, cwd }: CreateContext): Pick<NetworkOptions, "hosts"> {
  const file = flags["hosts-file"];
  if (!file) return defaults.hosts === undefined ? {} : { hosts: defaults.hosts };
  const base = file === "none" || file === "image" ? file : posix.resolve(cwd, file);
  return { hosts: { ...defaults.hosts, base } };
}

/** Its hosts file is that of the other container. @throws {TspodError} In Podman's words. */
function refuseSharedFiles(given: ReadonlySet<string>): void {
  if (given.has("add-host")) {
    throw new TspodError(
      "invalid config provided: cannot set extra host entries when the container is joined to another containers network namespace: invalid configuration",
    );
  }
}

/** Nobody would be asked, or whom the other container asks. @throws {TspodError} In Podman's words. */
function refuseDns(mode: "container" | "none", given: ReadonlySet<string>): void {
  if (["dns", "dns-search", "dns-option"].some((name) => given.has(name)))
    throw new TspodError(`conflicting options: dns and the network mode: ${mode}`);
}

/**
 * What Podman says where published ports have no effect; undefined where all is well.
 */
export function discardedPortsWarning({ mode, ports }: NetworkOptions): string | undefined {
  if (ports.length === 0 || !["host", "none", "container"].includes(mode.kind)) return undefined;
  return `Port mappings have been discarded because "${mode.kind}" network namespace mode does not support them`;
}

/**
 * The options that containers.conf gives to slirp4netns and pasta come before those of --network.
 * @throws {TspodError} If one of slirp4netns is unknown.
 */
function withConfiguredOptions(mode: NetworkMode, { defaults }: CreateContext): NetworkMode {
  if (mode.kind === "slirp4netns" && defaults.slirpOptions?.length)
    return { ...mode, options: { ...parseSlirpOptions(defaults.slirpOptions.join(",")), ...mode.options } };
  if (mode.kind === "pasta" && defaults.pastaOptions?.length)
    return { ...mode, options: [...defaults.pastaOptions, ...mode.options] };
  return mode;
}

/** @throws {TspodError} If containers.conf names another program than the two. */
function defaultNetwork({ defaults: { networkProgram } }: CreateContext): string[] {
  if (networkProgram === undefined || networkProgram === "slirp4netns") return [];
  if (networkProgram === "pasta") return ["pasta"];
  throw new TspodError(
    `default_rootless_network_cmd "${networkProgram}" of containers.conf is not supported: it must be slirp4netns or pasta`,
  );
}

function modeFromFlags(flags: CreateFlags, context: CreateContext): NetworkMode {
  const said = flags.network.filter((text) => text !== "");
  const asked = said.length === 0 && !wantsBridge(flags) ? defaultNetwork(context) : said;
  const mode = parseNetworks(asked.length === 0 && wantsBridge(flags) ? ["bridge"] : asked);
  if (mode.kind === "bridge") return withBridgeFlags(mode, flags);
  checkMode(flags);
  return mode;
}

/** What has a meaning in a network with a name only. */
const BRIDGE_FLAGS = ["ip", "ip6", "mac-address", "network-alias"] as const;

function checkMode(flags: CreateFlags): void {
  const given = BRIDGE_FLAGS.find((name) => flags[name] !== undefined && flags[name].length > 0);
  if (given !== undefined)
    throw new TspodError(`--${given} can only be set when the network mode is bridge: invalid argument`);
}

/** Who can make packets of any source could pass for another container. */
const FORGERS = ["NET_ADMIN", "NET_RAW", "SYS_ADMIN", "ALL"];

function egressFromFlags({ kind }: NetworkMode, flags: CreateFlags): string[] {
  if (kind !== "bridge")
    throw new TspodError(
      `--egress needs a network with a name, and this container's network is ${kind}: use --network NAME`,
    );
  const forger = flags["cap-add"].find((name) => FORGERS.includes(name.toUpperCase().replace(/^CAP_/, "")));
  if (flags.privileged || forger !== undefined)
    throw new TspodError(
      `--egress can't hold a container with ${forger === undefined ? "--privileged" : `--cap-add ${forger}`}, which could send packets as if it were another one`,
    );
  return parseEgress(flags.egress);
}

type Exposed = NetworkOptions["exposed"][number];

function uniqueExposed(ports: readonly Exposed[]): Exposed[] {
  return [...new Map(ports.map((exposed) => [`${exposed.port}/${exposed.protocol}`, exposed])).values()];
}

/** Exposed ports that no --publish names, each to a host port of the system's choice. */
function unpublished(exposed: readonly Exposed[], published: readonly PortMapping[]): PortMapping[] {
  const isPublished = ({ port, protocol }: Exposed) =>
    published.some(
      ({ containerPort, range, protocol: other }) =>
        other === protocol && port >= containerPort && port < containerPort + range,
    );
  return exposed
    .filter((candidate) => !isPublished(candidate))
    .map(({ port, protocol }) => ({ hostIp: "", hostPort: 0, containerPort: port, range: 1, protocol }));
}
