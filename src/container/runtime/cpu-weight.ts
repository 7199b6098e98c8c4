/** Shares of cgroup v1 (2 to 262144) as a weight of v2 (1 to 10000), as runtimes convert them. */
export function weightOfShares(shares: number): number {
  return Math.floor(1 + ((shares - 2) * 9999) / 262142);
}
