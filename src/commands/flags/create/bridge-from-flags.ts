import { TspodError } from "../../../errors.ts";
import type { NetworkAttachment, NetworkMode } from "../../../options/network-mode.ts";
import { isIpAddress } from "../../../options/parse/ip-address.ts";
import { parseMac } from "../../../options/parse/network.ts";
import type { CreateFlags } from "./create-flags.ts";

type BridgeFlags = Pick<CreateFlags, "ip" | "ip6" | "mac-address" | "network-alias">;
type BridgeMode = Extract<NetworkMode, { kind: "bridge" }>;

/** A static address where no network is named means Podman's default one. */
export function wantsBridge(flags: BridgeFlags): boolean {
  return flags.ip !== undefined || flags.ip6 !== undefined || flags["mac-address"] !== undefined;
}

/**
 * The networks with what flags beside --network say of them.
 * @throws {TspodError} If a flag of one network is given for several, or has a value that can't be read.
 */
export function withBridgeFlags(mode: BridgeMode, flags: BridgeFlags): BridgeMode {
  for (const name of ["ip", "ip6", "mac-address"] as const) {
    if (flags[name] !== undefined && mode.networks.length > 1)
      throw new TspodError(`--${name} can only be set for a single network: invalid argument`);
  }
  const aliases = flags["network-alias"].map(checkAlias);
  const ips = [readIp(flags.ip, "ip"), readIp(flags.ip6, "ip6")].filter((ip) => ip !== undefined);
  const mac = flags["mac-address"] === undefined ? undefined : parseMac(flags["mac-address"]);
  return {
    ...mode,
    networks: mode.networks.map(
      (network): NetworkAttachment => ({
        ...network,
        ips: [...network.ips, ...ips],
        ...(mac !== undefined && { mac }),
        aliases: [...network.aliases, ...aliases],
      }),
    ),
  };
}

function readIp(text: string | undefined, flag: "ip" | "ip6"): string | undefined {
  if (text === undefined) return undefined;
  if (!isIpAddress(text)) throw new TspodError(`"${text}" is not an ip address`);
  if (text.includes(":") !== (flag === "ip6"))
    throw new TspodError(`--${flag} "${text}" is not an ${flag === "ip6" ? "IPv6" : "IPv4"} address`);
  return text;
}

/** A name that can be asked for: RFC 1035, with the underscores that container names may have. */
function checkAlias(text: string): string {
  if (/^[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,253}[A-Za-z0-9_])?$/.test(text)) return text;
  throw new TspodError(`network alias "${text}" is no name: letters, digits, "-", "_" and "." make one`);
}
