import { FlagValueError } from "../../errors.ts";
import { isIpAddress } from "../../options/parse/ip-address.ts";

/** The value of a flag that is an address, as pflag's net.IP. @throws {FlagValueError} If it is none. */
export function ipOfFlag(flag: string, text: string): string {
  if (isIpAddress(text)) return text;
  throw new FlagValueError(flag, text, `failed to parse IP: ${JSON.stringify(text)}`);
}
