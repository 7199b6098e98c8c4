import { TspodError } from "../errors.ts";
import { ownValue } from "../oci/shape.ts";
import { parseBoolean } from "../options/parse/boolean.ts";

/** Docker's words for ours. */
const ALIASES: Readonly<Record<string, string>> = {
  "com.docker.network.driver.mtu": "mtu",
  "com.docker.network.bridge.name": "bridge_name",
};

const BRIDGE = new Set([
  "mtu",
  "vlan",
  "isolate",
  "metric",
  "no_default_route",
  "vrf",
  "mode",
  "bridge_name",
]);
/** What of them a user without rights, or this program, can't do. */
const BEYOND = new Map([
  ["vlan", "a VLAN needs an interface of the host, which only root can give away"],
  ["vrf", "a VRF needs an interface of the host, which only root can give away"],
  ["mode", 'a bridge that something else manages ("unmanaged") is one of the host, which only root can use'],
]);
const OTHERS: Readonly<Record<string, ReadonlySet<string>>> = {
  macvlan: new Set(["mode", "mtu", "metric", "no_default_route", "bclim", "parent"]),
  ipvlan: new Set(["mode", "mtu", "metric", "no_default_route", "parent"]),
};
/** @see ip-link(8), "MACVLAN and MACVTAP Type Support" and "IPVLAN and IPVTAP Type Support" */
const MODES: Readonly<Record<string, readonly string[]>> = {
  macvlan: ["private", "vepa", "bridge", "passthru"],
  ipvlan: ["l2", "l3", "l3s"],
};
const MTU_MAX = 65535;

export interface CheckedOptions {
  readonly options: Readonly<Record<string, string>>;
  readonly bridgeName?: string;
}

/**
 * `--opt` of `network create`, as they are kept.
 * @throws {TspodError} If one is unknown, or has a value that it can't have.
 */
export function checkOptions(driver: string, given: Readonly<Record<string, string>>): CheckedOptions {
  const known = driver === "bridge" ? BRIDGE : ownValue(OTHERS, driver);
  const options: Record<string, string> = {};
  for (const [word, value] of Object.entries(given)) {
    const key = ownValue(ALIASES, word) ?? word;
    if (!known?.has(key)) throw new TspodError(`unsupported ${driver} network option ${word}`);
    options[key] = checkValue(driver, key, value);
  }
  const { bridge_name: bridgeName, parent, ...kept } = options;
  const interfaceName = bridgeName ?? parent;
  return { options: kept, ...(interfaceName !== undefined && { bridgeName: interfaceName }) };
}

function checkValue(driver: string, key: string, value: string): string {
  const reason = driver === "bridge" && value !== "managed" ? BEYOND.get(key) : undefined;
  if (reason !== undefined)
    throw new TspodError(`the network option ${key}=${value} can't be had without root: ${reason}`);
  switch (key) {
    case "mtu":
      if (!/^\d+$/.test(value) || Number(value) > MTU_MAX)
        throw new TspodError(`mtu "${value}" is no number from 0 to ${MTU_MAX}`);
      return value;
    case "metric":
      if (!/^\d{1,9}$/.test(value)) throw new TspodError(`metric "${value}" is no number`);
      return value;
    case "isolate":
      return value === "strict" ? value : String(readBoolean(key, value));
    case "no_default_route":
      return String(readBoolean(key, value));
    case "mode":
      if (ownValue(MODES, driver)?.includes(value) === false)
        throw new TspodError(`unknown ${driver} mode "${value}"`);
      return value;
    default:
      return value;
  }
}

function readBoolean(key: string, value: string): boolean {
  const read = parseBoolean(value);
  if (read === undefined)
    throw new TspodError(`failed to parse "${key}" option: "${value}" is neither true nor false`);
  return read;
}
