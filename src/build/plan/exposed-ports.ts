import { TspodError } from "../../errors.ts";

const LAST_PORT = 65535;
const PROTOCOLS = new Set(["tcp", "udp", "sctp"]);

/**
 * One word of an EXPOSE: `80`, `80/UDP`, `8000-8010/tcp`; as Docker does, a host's part in front is passed
 * over.
 * @returns `PORT/PROTOCOL` for each port
 * @throws {TspodError} If it is no port.
 */
export function exposedPorts(word: string): string[] {
  const [, range = "", protocol = "tcp"] = /^([^/]*)(?:\/(.*))?$/.exec(word) ?? [];
  const [, from = "", to = from] = /^(\d+)(?:-(\d+))?$/.exec(range.split(":").at(-1) ?? "") ?? [];
  const [first, last] = [Number(from), Number(to)];
  if (from === "" || first > last || last > LAST_PORT) {
    throw new TspodError(
      `invalid containerPort: ${word}: use a port of 0 to ${LAST_PORT} or a range of them`,
    );
  }
  const name = protocol.toLowerCase();
  if (!PROTOCOLS.has(name)) throw new TspodError(`invalid proto: ${protocol}: use tcp, udp or sctp`);
  return Array.from({ length: last - first + 1 }, (_, index) => `${first + index}/${name}`);
}
