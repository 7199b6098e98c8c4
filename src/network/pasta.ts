import { NotFoundError, TspodError } from "../errors.ts";
import { findProgram } from "../os/find-program.ts";
import { mapsGuestAddress, PASTA_HOST } from "./pasta-host.ts";

/** Where pasta answers names, by the host's servers. */
const PASTA_NAMESERVER = "169.254.1.1";

export interface PastaSurroundings {
  /** Absolute path of the container's network namespace. */
  readonly netns: string;
  /** The user's PATH. */
  readonly path: string | undefined;
}

export interface PastaPort {
  readonly protocol: string;
  /** Empty: every address. */
  readonly hostIp: string;
  readonly hostPort: number;
  readonly containerPort: number;
  readonly range: number;
}

/** podman-run(1), "--network pasta": what of pasta's options it gives unless asked otherwise. */
const DEFAULTS: readonly (readonly [flags: readonly string[], words: readonly string[]])[] = [
  [
    ["-t", "--tcp-ports"],
    ["-t", "none"],
  ],
  [
    ["-u", "--udp-ports"],
    ["-u", "none"],
  ],
  [
    ["-T", "--tcp-ns"],
    ["-T", "none"],
  ],
  [
    ["-U", "--udp-ns"],
    ["-U", "none"],
  ],
  [["--map-gw", "--no-map-gw"], ["--no-map-gw"]],
  [["--dns-forward"], ["--dns-forward", PASTA_NAMESERVER]],
  [["-q", "--quiet"], ["--quiet"]],
];

/**
 * The command line of pasta, which goes to the background when the network is there.
 * @param options of `--network pasta:OPTIONS`
 * @throws {NotFoundError} If pasta is not installed.
 * @throws {TspodError} If a port can't be forwarded.
 * @see passt(1)
 */
export function pastaCommand(
  options: readonly string[],
  ports: readonly PastaPort[],
  { netns, path }: PastaSurroundings,
): string[] {
  const program = findProgram("pasta", path);
  if (program === undefined)
    throw new NotFoundError(
      'could not find pasta, the network namespace can\'t be configured: install it with "apt-get install passt", or use the default network',
    );
  // A switch of Podman: pasta has no such option.
  const given = options.filter((option) => option !== "--map-gw");
  const published = ports.flatMap(portWords);
  const words = [...given, ...published];
  const has = (flags: readonly string[]) =>
    flags.some((flag) => [...words, ...options].some((word) => word === flag || word.startsWith(`${flag}=`)));
  return [
    program,
    "--config-net",
    ...words,
    ...DEFAULTS.filter(([flags]) => !has(flags)).flatMap(([, defaults]) => defaults),
    ...(!has(["--map-guest-addr"]) && mapsGuestAddress(program) ? ["--map-guest-addr", PASTA_HOST] : []),
    "--netns",
    netns,
  ];
}

/** `-t ADDRESS/FIRST-LAST:FIRST-LAST` */
function portWords({ protocol, hostIp, hostPort, containerPort, range }: PastaPort): string[] {
  const flag = protocol === "tcp" ? "-t" : protocol === "udp" ? "-u" : undefined;
  if (flag === undefined)
    throw new TspodError(`can't forward protocol: ${protocol}: pasta forwards tcp and udp only`);
  const span = (first: number) => `${first}-${first + range - 1}`;
  return [flag, `${hostIp === "" ? "" : `${hostIp}/`}${span(hostPort)}:${span(containerPort)}`];
}
