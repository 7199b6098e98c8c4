import { networkInterfaces } from "node:os";
import { getSystemErrorMessage } from "node:util";
import { TspodError } from "../../errors.ts";
import type { PortMapping } from "../../options/network-mode.ts";
import { eachPort } from "../../options/port-change.ts";
import { type PortShares, shareOutPorts } from "../../options/port-handlers.ts";
import type { MonitorFailure } from "../../protocol/answers.ts";
import { lastLoggedError, runtimeError } from "../runtime/runtime-error.ts";
import type { Container } from "../state/list.ts";

/** The error for the user that a monitor's failure means. */
export function startFailure(
  { stage, number, text }: MonitorFailure,
  { record, paths }: Pick<Container, "record" | "paths">,
): TspodError {
  switch (stage) {
    case "create":
    case "start":
      return runtimeError(record.runtime.name, lastLoggedError(paths.runtimeLog) || text, number);
    case "port":
      return portFailure(portsBySlirp(record).forwarded[number], text);
    case "relay":
      return portFailure(portsBySlirp(record).relayed[number], text);
    case "running":
      return new TspodError(
        `container ${record.id} runs already, started where its processes can't be seen (another pid namespace): stop it there`,
      );
    case "joins":
      return new TspodError(
        `container ${text}, whose namespaces container ${record.id} joins, has ended meanwhile: start both again`,
      );
    case "killed":
      return new TspodError(`the process of container ${record.id} was killed before it had begun`);
    case "mount":
      return new TspodError(`mounting the root filesystem of container ${record.id}: ${words(number, text)}`);
    case "network":
      if (record.options.network.mode.kind === "pasta")
        return new TspodError(`pasta failed with exit code ${number}: ${text}`);
      if (record.options.network.mode.kind === "bridge")
        return new TspodError(`networks of container ${record.id}: ${words(number, text)}`);
      return new TspodError(
        `starting slirp4netns for container ${record.id}: ${text || `exit status ${number}`}`,
      );
    default:
      return new TspodError(`starting container ${record.id}: ${stage}: ${words(number, text)}`);
  }
}

/** In the order in which the monitor asks for them. In networks with names there is one list for all. */
function portsBySlirp({ options: { network } }: Container["record"]): PortShares {
  const ports = eachPort(network.ports);
  if (network.mode.kind !== "slirp4netns") return { forwarded: ports, relayed: [] };
  return shareOutPorts(ports, network.mode.options.portHandler);
}

/**
 * slirp4netns does not say why it could not listen. Ports below the limit are refused earlier, so it is no
 * address of the host, or the port is taken.
 */
function portFailure(port: PortMapping | undefined, text: string): TspodError {
  if (port === undefined) return new TspodError(`publishing a port: ${text}`);
  const address = `${port.hostIp === "" ? "0.0.0.0" : port.hostIp}:${port.hostPort}`;
  const reason = isOfHost(port.hostIp) ? "address already in use" : "cannot assign requested address";
  return new TspodError(
    `cannot publish port ${port.hostPort}: listen ${port.protocol} ${address}: bind: ${reason}`,
  );
}

function isOfHost(ip: string): boolean {
  if (["", "0.0.0.0", "::"].includes(ip) || ip.startsWith("127.")) return true;
  return Object.values(networkInterfaces()).some((list = []) => list.some(({ address }) => address === ip));
}

function words(errno: number, text: string): string {
  const message = errno > 0 ? systemMessage(errno) : undefined;
  return [text, message].filter(Boolean).join(": ");
}

const EADDRNOTAVAIL = 99;

/** As strerror(3): for this one libuv's words are others, and Podman's users search for the kernel's. */
function systemMessage(errno: number): string {
  return errno === EADDRNOTAVAIL ? "Cannot assign requested address" : getSystemErrorMessage(-errno);
}
