import { closeSync, readFileSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { pipe } from "../os/descriptor.ts";
import { waitpid } from "../os/process.ts";
import { spawn } from "../os/spawn.ts";

/** What new versions of pasta make the host's address in the container: Podman 5.3's choice. */
export const PASTA_HOST = "169.254.1.2";
const MAP_GUEST = "--map-guest-addr";

/** Whether this version can give the host an address in the container. `pasta --help` takes 1 ms. */
export function mapsGuestAddress(program: string): boolean {
  const { readFd, writeFd } = pipe();
  try {
    const pid = spawn({ file: program, argv: [program, "--help"], env: {}, fds: [-1, writeFd, writeFd] });
    closeSync(writeFd);
    const text = readFileSync(readFd, "utf8");
    waitpid(pid);
    return text.includes(MAP_GUEST);
  } finally {
    closeSync(readFd);
  }
}

/** IPv4 addresses of the host that are not its loopback's, and the one of them that pasta takes over. */
export interface HostAddresses {
  readonly all: readonly string[];
  readonly taken: string | undefined;
}

/**
 * Where a container with pasta reaches the host: the address that the command line maps to it, otherwise one
 * of the host's that the container does not have itself. undefined where there is none.
 * @param words pasta's command line
 */
export function pastaHostAddress(
  words: readonly string[],
  { all, taken }: HostAddresses,
): string | undefined {
  const mapped = flagValue(words, [MAP_GUEST]);
  if (mapped !== undefined) return mapped === "none" ? undefined : mapped;
  const own = pastaOwnAddress(words, taken);
  return all.find((address) => address !== own);
}

/** The address that the container has: one of the command line, otherwise the one that pasta takes over. */
export function pastaOwnAddress(words: readonly string[], taken: HostAddresses["taken"]): string | undefined {
  return (flagValue(words, ["-a", "--address"]) ?? taken)?.split("/")[0];
}

/** Where pasta answers names; undefined where the command line has `--dns-forward none`. */
export function pastaNameserver(words: readonly string[]): string | undefined {
  const address = flagValue(words, ["--dns-forward"]);
  return address === "none" ? undefined : address;
}

function flagValue(words: readonly string[], flags: readonly string[]): string | undefined {
  const at = words.findIndex((word) => flags.includes(word.split("=")[0] ?? ""));
  const word = words[at];
  if (word === undefined) return undefined;
  return word.includes("=") ? word.slice(word.indexOf("=") + 1) : words[at + 1];
}

/** @param routes text of /proc/net/route: pasta takes the interface of the default route */
export function hostAddresses(routes = readFileSync("/proc/net/route", "utf8")): HostAddresses {
  const leading = routes.split("\n").map((line) => line.split("\t"));
  const [outward] = leading.find(([, destination]) => destination === "00000000") ?? [];
  const interfaces = Object.entries(networkInterfaces()).map(
    ([name, list]) =>
      [
        name,
        (list ?? [])
          .filter(({ family, internal }) => family === "IPv4" && !internal)
          .map(({ address }) => address),
      ] as const,
  );
  return {
    all: interfaces.flatMap(([, addresses]) => addresses),
    taken: interfaces.find(([name]) => name === outward)?.[1][0],
  };
}
