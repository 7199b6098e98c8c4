import { NotFoundError, TspodError } from "../errors.ts";
import { findProgram } from "../os/find-program.ts";

/** Addresses of slirp4netns' network. @see slirp4netns(1), "--cidr" */
export interface SlirpAddresses {
  readonly container: string;
  readonly gateway: string;
  readonly nameserver: string;
}

export interface SlirpOptions {
  readonly mtu?: number | undefined;
  readonly cidr?: string | undefined;
  readonly allowHostLoopback?: boolean | undefined;
  readonly enableIpv6?: boolean | undefined;
  readonly outboundAddr?: string | undefined;
  readonly outboundAddr6?: string | undefined;
}

const DEFAULT_CIDR = "10.0.2.0/24";

/**
 * Addresses that slirp4netns takes in a network: .2 is the gateway, .3 the name server, .100 the container.
 * @throws {TspodError} If `cidr` is no IPv4 network with room for them.
 */
export function slirpAddresses(cidr: string = DEFAULT_CIDR): SlirpAddresses {
  const [, network, length] = /^(\d+\.\d+\.\d+\.)0\/(\d+)$/.exec(cidr) ?? [];
  if (network === undefined || Number(length) > 25) {
    throw new TspodError(
      `invalid slirp4netns cidr "${cidr}": expected an IPv4 network of /25 or wider such as "10.0.2.0/24"`,
    );
  }
  return { container: `${network}100`, gateway: `${network}2`, nameserver: `${network}3` };
}

export interface SlirpSurroundings {
  readonly netns: string;
  readonly apiSocket: string | undefined;
  /** The user's PATH. */
  readonly path: string | undefined;
  /** Another program to run, absolute path. */
  readonly program?: string | undefined;
}

/**
 * The command line for the monitor: its ready pipe is descriptor 3, its exit pipe descriptor 4.
 * @throws {NotFoundError} If slirp4netns is not installed.
 */
export function slirpCommand(
  options: SlirpOptions,
  { netns, apiSocket, path, program: asked }: SlirpSurroundings,
): string[] {
  return [
    slirpProgram(asked, path),
    ...(options.allowHostLoopback ? [] : ["--disable-host-loopback"]),
    `--mtu=${options.mtu ?? 65520}`,
    "--enable-sandbox",
    "--enable-seccomp",
    ...(options.enableIpv6 ? ["--enable-ipv6"] : []),
    ...(options.cidr === undefined ? [] : [`--cidr=${options.cidr}`]),
    ...(options.outboundAddr === undefined ? [] : [`--outbound-addr=${options.outboundAddr}`]),
    ...(options.outboundAddr6 === undefined ? [] : [`--outbound-addr6=${options.outboundAddr6}`]),
    ...(apiSocket === undefined ? [] : ["--api-socket", apiSocket]),
    ...["-c", "-r", "3", "-e", "4", "--netns-type=path", netns, "tap0"],
  ];
}

/**
 * The program and its options for the shared namespace of networks with names: its holder adds the rest.
 * @throws {NotFoundError} If slirp4netns is not installed.
 */
export function slirpHelper({ path, program: asked }: Pick<SlirpSurroundings, "path" | "program">): string[] {
  return [
    slirpProgram(asked, path),
    "--disable-host-loopback",
    "--mtu=65520",
    "--enable-sandbox",
    "--enable-seccomp",
  ];
}

function slirpProgram(asked: string | undefined, path: string | undefined): string {
  const program = findProgram(asked ?? "slirp4netns", path);
  if (program !== undefined) return program;
  throw new NotFoundError(
    'slirp4netns not found: install it with "apt-get install slirp4netns", or use --network none or --network host',
  );
}

/** The API's request for one published port. @see slirp4netns(1), "API SOCKET" */
export function addHostForward(port: {
  readonly protocol: string;
  readonly hostIp: string;
  readonly hostPort: number;
  readonly containerIp: string;
  readonly containerPort: number;
}): string {
  return JSON.stringify({
    execute: "add_hostfwd",
    arguments: {
      proto: port.protocol,
      host_addr: port.hostIp === "" ? "0.0.0.0" : port.hostIp,
      host_port: port.hostPort,
      guest_addr: port.containerIp,
      guest_port: port.containerPort,
    },
  });
}
