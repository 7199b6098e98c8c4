/** What the container's resolv.conf is made of. */
export interface ResolvConfFacts {
  /** Text of the host's file. */
  readonly host: string;
  /** --dns, --dns-search, --dns-option as given. */
  readonly dns: readonly string[];
  readonly search: readonly string[];
  readonly options: readonly string[];
  /** Name server of the network helper (slirp4netns: 10.0.2.3), which comes first. */
  readonly helperNameserver?: string | undefined;
  /**
   * Name servers of the container's networks, which know its neighbours: no other may be asked beside them.
   */
  readonly networkNameservers?: readonly string[] | undefined;
  /** Whether the host's loopback is out of reach: name servers there are left out. */
  readonly ownNetwork: boolean;
  /** Whether the container has IPv6; otherwise such name servers are left out. */
  readonly ipv6: boolean;
}

/** Name servers where no other is known. */
const FALLBACK = ["8.8.8.8", "8.8.4.4"];
const NO_SEARCH = ".";
/** Below which the names of networks stand, too. */
const NETWORK_DOMAIN = "dns.podman";

/** The content of /etc/resolv.conf. */
export function resolvConf(facts: ResolvConfFacts): string {
  const host = parseResolvConf(facts.host);
  const search =
    facts.search.length > 0 ? facts.search.filter((domain) => domain !== NO_SEARCH) : searchOf(facts, host);
  const options = facts.options.length > 0 ? facts.options : host.options;
  return [
    ...(search.length > 0 ? [`search ${search.join(" ")}`] : []),
    ...nameservers(facts, host.nameservers).map((address) => `nameserver ${address}`),
    ...(options.length > 0 ? [`options ${options.join(" ")}`] : []),
  ]
    .map((line) => `${line}\n`)
    .join("");
}

function searchOf({ networkNameservers = [] }: ResolvConfFacts, host: Parsed): readonly string[] {
  return networkNameservers.length > 0 ? [NETWORK_DOMAIN, ...host.search] : host.search;
}

function nameservers(facts: ResolvConfFacts, ofHost: readonly string[]): readonly string[] {
  const { networkNameservers = [] } = facts;
  // The networks' name servers ask those of --dns themselves.
  if (networkNameservers.length > 0) return networkNameservers;
  if (facts.dns.length > 0) return facts.dns;
  const reachable = ofHost.filter((address) => isReachable(address, facts));
  const all = [...(facts.helperNameserver === undefined ? [] : [facts.helperNameserver]), ...reachable];
  return all.length > 0 ? [...new Set(all)] : FALLBACK;
}

function isReachable(address: string, { ownNetwork, ipv6 }: ResolvConfFacts): boolean {
  if (!ownNetwork) return true;
  if (address.startsWith("127.") || address === "::1") return false;
  return ipv6 || !address.includes(":");
}

interface Parsed {
  readonly nameservers: string[];
  readonly search: string[];
  readonly options: string[];
}

/** The last `search` or `domain` line counts, all others add up. @see resolv.conf(5) */
function parseResolvConf(text: string): Parsed {
  const parsed: Parsed = { nameservers: [], search: [], options: [] };
  for (const line of text.split("\n")) {
    const [keyword, ...values] = line
      .replace(/[#;].*/, "")
      .trim()
      .split(/\s+/);
    if (keyword === "nameserver") parsed.nameservers.push(...values.slice(0, 1));
    if (keyword === "options") parsed.options.push(...values);
    if (keyword === "search" || keyword === "domain")
      parsed.search.splice(0, parsed.search.length, ...values);
  }
  return parsed;
}

/**
 * Files that may say more than /etc/resolv.conf, where that names only a resolver on the host's loopback: the
 * first one that is there should be read in its place.
 */
export function resolvConfAlternatives(text: string): string[] {
  const servers = parseResolvConf(text).nameservers;
  const [only] = servers;
  if (servers.length !== 1) return [];
  if (only === "127.0.0.53") return ["/run/systemd/resolve/resolv.conf"];
  if (only === "127.0.0.1")
    return ["/run/NetworkManager/no-stub-resolv.conf", "/run/systemd/resolve/resolv.conf"];
  return [];
}
