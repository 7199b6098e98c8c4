/** What containers.conf(5), [network], says of networks with names. */
export interface NetworkSettings {
  /** `default_network`: what `--network bridge` means. */
  readonly defaultName: string;
  /** `default_subnet`: of that network, unless it has a file. */
  readonly defaultSubnet: string;
  /** `default_subnet_pools`: where new networks take their subnets from, each of them of SIZE bits. */
  readonly pools: readonly { readonly base: string; readonly size: number }[];
}

export const NETWORK_SETTINGS: NetworkSettings = {
  defaultName: "podman",
  defaultSubnet: "10.88.0.0/16",
  pools: ["10.89.0.0/16", "10.90.0.0/15", "10.92.0.0/14", "10.96.0.0/11", "10.128.0.0/9"].map((base) => ({
    base,
    size: 24,
  })),
};
