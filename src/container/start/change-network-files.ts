import { existsSync } from "node:fs";
import { messageChain, TspodError } from "../../errors.ts";
import type { AttachedNetwork } from "../../network/attached-network.ts";
import { addressesOf } from "../../network/attached-network.ts";
import { overwriteText } from "../../os/files/overwrite-text.ts";
import { readSmallText } from "../../os/files/read-small-file.ts";
import { hasCode } from "../../os/system-error.ts";
import { containerHostname } from "../../spec/generate/hostname.ts";
import type { Container } from "../state/list.ts";
import { networkResolvConf } from "./etc-files.ts";

/**
 * The networks of a running container have changed: so do its /etc/hosts, line by line, since programs in it
 * may have added some, and its resolv.conf. Both are written where they are, since they are mounted. One that
 * the container has made too large stays as it is, with a warning: its network has changed already.
 */
export function changeNetworkFiles(
  { record, paths }: Pick<Container, "record" | "paths">,
  {
    before,
    after,
    warn,
  }: {
    before: readonly AttachedNetwork[];
    after: readonly AttachedNetwork[];
    warn: (line: string) => void;
  },
): void {
  const { network } = record.options;
  const names = [containerHostname(record.options, { containerId: record.id, hostname: "" }), record.name];
  try {
    if (!network.noHosts)
      writeOver(paths.hosts, () => changedHosts(readSmallText(paths.hosts), { before, after, names }));
  } catch (error) {
    if (!(error instanceof TspodError)) throw error;
    warn(`Warning: /etc/hosts of container ${record.name} is left as it is: ${messageChain(error)}`);
  }
  if (!network.dns.includes("none"))
    writeOver(paths.resolvConf, () =>
      networkResolvConf(record, { records: [], namespace: undefined, addresses: undefined, networks: after }),
    );
}

/** Lines of addresses that are gone are left out; new ones come at the end. */
export function changedHosts(
  text: string,
  {
    before,
    after,
    names,
  }: {
    before: readonly AttachedNetwork[];
    after: readonly AttachedNetwork[];
    names: readonly string[];
  },
): string {
  const [old, now] = [addressesOf({ networks: before }), addressesOf({ networks: after })];
  const gone = new Set(old.filter((address) => !now.includes(address)));
  const kept = text.split("\n").filter((line) => !gone.has(line.split(/\s/)[0] ?? ""));
  if (kept.at(-1) === "") kept.pop();
  const added = now
    .filter((address) => !old.includes(address))
    .map((address) => `${address}\t${names.join(" ")}`);
  return [...kept, ...added, ""].join("\n");
}

function writeOver(path: string, text: () => string): void {
  try {
    if (existsSync(path)) overwriteText(path, text());
  } catch (error) {
    if (!hasCode(error, "ENOENT")) throw error;
  }
}
