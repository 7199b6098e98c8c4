import { readFileSync } from "node:fs";
import { networkInterfaces } from "node:os";
import { readSubnet, type Subnet, subnetOf } from "./address.ts";

/**
 * What the host reaches by its own interfaces and routes, a VPN's among them; not all that the default route
 * does.
 */
export function hostSubnets(proc = "/proc"): Subnet[] {
  const interfaces = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
  const own = interfaces.map(({ cidr }) => (cidr === null ? undefined : readSubnet(cidr)));
  return [...own, ...routes(proc)].filter((subnet) => subnet !== undefined);
}

/** Names of the host's interfaces. */
export function hostInterfaces(): string[] {
  return Object.keys(networkInterfaces());
}

/** proc(5), /proc/net/route: numbers in the machine's byte order, in hex. */
function routes(proc: string): (Subnet | undefined)[] {
  let text: string;
  try {
    text = readFileSync(`${proc}/net/route`, "utf8");
  } catch {
    return []; // a host without IPv4
  }
  return text
    .split("\n")
    .slice(1)
    .map((line) => {
      const [, destination = "", , , , , , mask = ""] = line.split("\t");
      if (!/^[0-9A-F]{8}$/.test(destination) || /^0{8}$/.test(mask)) return undefined;
      const bits = [...byteSwapped(mask).toString(2)].filter((bit) => bit === "1").length;
      return subnetOf({ family: 4, value: byteSwapped(destination) }, bits);
    });
}

function byteSwapped(hex: string): bigint {
  const bytes = hex.match(/../g) ?? [];
  return BigInt(`0x${bytes.reverse().join("")}`);
}
