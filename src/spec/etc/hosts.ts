/** What /etc/hosts of a container is made of. */
export interface HostsFacts {
  /** `--add-host NAME[;NAME…]:ADDRESS`, in their order. */
  readonly addHost: readonly string[];
  /** Text of the host's own file, which comes along. */
  readonly base: string;
  /** Address under which the container reaches the host; absent: no such entry. */
  readonly hostAddress?: string;
  /** The container's own addresses and the names it goes by; none where it shares the host's network. */
  readonly own: readonly { readonly address: string; readonly names: readonly string[] }[];
}

const HOST_NAMES = ["host.containers.internal", "host.docker.internal"];
const HOST_GATEWAY = "host-gateway";

interface Entry {
  readonly address: string;
  readonly names: readonly string[];
}

/** The content of /etc/hosts: what was asked for, the host's entries, then what every container has. */
export function hostsFile(facts: HostsFacts): string {
  const asked = facts.addHost.flatMap((text) => addedEntry(text, facts.hostAddress));
  const askedNames = new Set(asked.flatMap(({ names }) => names));
  // The host's file may name the host itself: the container's entries of that name come from us.
  const base = parseHosts(facts.base).map((entry) => without(entry, askedNames));
  const known = [...asked, ...base.filter(({ names }) => names.length > 0)];
  const knownNames = new Set(known.flatMap(({ names }) => names));
  const localhost: Entry[] = ["127.0.0.1", "::1"].map((address) => ({ address, names: ["localhost"] }));
  const ours = [
    ...localhost,
    ...(facts.hostAddress === undefined ? [] : [{ address: facts.hostAddress, names: HOST_NAMES }]),
    ...facts.own,
  ].map((entry) => without(entry, knownNames));
  return [...known, ...ours]
    .filter(({ names }) => names.length > 0)
    .map(format)
    .join("");
}

function addedEntry(text: string, hostAddress: string | undefined): Entry[] {
  const colon = text.indexOf(":");
  const names = text.slice(0, colon).split(";").filter(Boolean);
  const address = text.slice(colon + 1);
  if (address !== HOST_GATEWAY) return [{ address, names }];
  return hostAddress === undefined ? [] : [{ address: hostAddress, names }];
}

function parseHosts(text: string): Entry[] {
  return text.split("\n").flatMap((line) => {
    const [address = "", ...names] = line.replace(/#.*/, "").trim().split(/\s+/);
    return names.length === 0 ? [] : [{ address, names }];
  });
}

function without({ address, names }: Entry, taken: ReadonlySet<string>): Entry {
  return { address, names: names.filter((name) => !taken.has(name)) };
}

function format({ address, names }: Entry): string {
  return `${address}\t${names.join(" ")}\n`;
}
