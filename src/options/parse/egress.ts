import { TspodError } from "../../errors.ts";
import { isIpAddress } from "./ip-address.ts";

const NAME = /^[A-Za-z0-9](?:[A-Za-z0-9-]{0,62})(?:\.[A-Za-z0-9][A-Za-z0-9-]{0,62})*$/;

/**
 * `--egress`: `none`, or networks, addresses and names that alone are reached. Names become addresses at each
 * start of the container.
 * @throws {TspodError} If a word is nothing of that.
 */
export function parseEgress(texts: readonly string[]): string[] {
  const words = texts.flatMap((text) => text.split(",")).filter((word) => word !== "");
  if (words.includes("none")) {
    if (words.length > 1) throw new TspodError("--egress none excludes everything else");
    return [];
  }
  for (const word of words) checkWord(word);
  return words;
}

function checkWord(word: string): void {
  const [address = "", prefix, ...more] = word.split("/");
  const isNetwork =
    isIpAddress(address) &&
    more.length === 0 &&
    (prefix === undefined ||
      (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (address.includes(":") ? 128 : 32)));
  if (isNetwork || (NAME.test(word) && !/^[\d.]+$/.test(word))) return;
  throw new TspodError(
    `--egress "${word}" is no network such as 192.0.2.0/24, address or name: "none" allows nothing`,
  );
}
