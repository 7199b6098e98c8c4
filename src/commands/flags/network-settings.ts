import type { Call } from "../../cli/define-command.ts";
import type { Setting } from "../../config/setting.ts";
import { TspodError } from "../../errors.ts";
import { NETWORK_SETTINGS, type NetworkSettings } from "../../network/settings.ts";

/**
 * What containers.conf says of networks; undefined: nothing.
 * @throws {TspodError} If a pool is not of the form "BASE SIZE".
 */
export function networkSettings(conf: readonly Setting[]): NetworkSettings | undefined {
  const settings = conf.filter(({ key }) => key.startsWith("network."));
  if (settings.length === 0) return undefined;
  const textOf = (key: string) => {
    const value = settings.find((setting) => setting.key === key)?.value;
    return typeof value === "string" && value !== "" ? value : undefined;
  };
  const pools = settings.find(({ key }) => key === "network.default_subnet_pools");
  return {
    defaultName: textOf("network.default_network") ?? NETWORK_SETTINGS.defaultName,
    defaultSubnet: textOf("network.default_subnet") ?? NETWORK_SETTINGS.defaultSubnet,
    pools: pools === undefined ? NETWORK_SETTINGS.pools : readPools(pools),
  };
}

/** What there is to know of a call beside its store, to look at networks. */
export function networkPlaceSettings({ conf, globalFlags }: Pick<Call, "conf" | "globalFlags">): {
  settings: NetworkSettings;
  directory: string | undefined;
} {
  return {
    settings: networkSettings(conf) ?? NETWORK_SETTINGS,
    directory: globalFlags["network-config-dir"],
  };
}

/** As parse-containers-conf.ts keeps them: `BASE SIZE`. */
function readPools({ value, source }: Setting): NetworkSettings["pools"] {
  return (Array.isArray(value) ? value : []).map((text: string) => {
    const [base = "", size = ""] = text.split(" ");
    if (!/^\d+$/.test(size)) throw new TspodError(`${source}: a subnet pool has "base" and "size"`);
    return { base, size: Number(size) };
  });
}
