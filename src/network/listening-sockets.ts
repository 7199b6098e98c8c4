import { readFileSync } from "node:fs";
import { hasCode } from "../os/system-error.ts";

/** A socket that takes what comes to its port. */
export interface ListeningSocket {
  readonly protocol: "tcp" | "udp";
  readonly family: 4 | 6;
  /** Its address as a number; 0: every address. */
  readonly value: bigint;
  readonly port: number;
}

/** States that /proc/net shows: TCP_LISTEN, and for UDP TCP_CLOSE, which is not connected. */
const STATE = { tcp: "0A", udp: "07" } as const;

/**
 * The sockets that listen in the network namespace of a process.
 * @param process a pid, or `self`
 * @see proc(5), /proc/net/tcp
 */
export function listeningSockets(process: number | "self", proc = "/proc"): ListeningSocket[] {
  return (["tcp", "udp"] as const).flatMap((protocol) =>
    ([4, 6] as const).flatMap((family) => {
      const text = readTable(`${proc}/${process}/net/${protocol}${family === 6 ? "6" : ""}`);
      return parseSockets(text, protocol, family);
    }),
  );
}

/** A process may end, and a kernel may have no IPv6. */
function readTable(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (hasCode(error, "ENOENT", "ESRCH", "EINVAL", "EACCES")) return "";
    throw error;
  }
}

function parseSockets(text: string, protocol: "tcp" | "udp", family: 4 | 6): ListeningSocket[] {
  return text
    .split("\n")
    .slice(1)
    .flatMap((line) => {
      const [, local = "", , state] = line.trim().split(/\s+/);
      const [address = "", port = ""] = local.split(":");
      if (state !== STATE[protocol] || address === "") return [];
      return [{ protocol, family, value: readWords(address), port: Number.parseInt(port, 16) }];
    });
}

/** Words of 32 bits, each in the machine's byte order, which is little-endian on what tspod runs on. */
function readWords(hex: string): bigint {
  const words = hex.match(/.{8}/g) ?? [];
  const bytes = words.flatMap((word) => (word.match(/../g) ?? []).reverse());
  return BigInt(`0x${bytes.join("")}`);
}
