import type { Call } from "../../cli/define-command.ts";
import { withFlagDefaults } from "../../config/flag-defaults.ts";
import { parseDetachKeys } from "../../options/detach-keys.ts";

/** Flags of commands that attach to a container. */
export const attachFlags = {
  "detach-keys": {
    type: "string",
    value: "KEYS",
    default: "ctrl-p,ctrl-q",
    help: 'Keys that detach: a letter, or ctrl- and one of a-z, @, ^, [, comma, _; "" for none',
  },
  "sig-proxy": {
    type: "boolean",
    default: true,
    help: "Pass signals that the command gets on to the container",
  },
} as const;

type DetachCall = Pick<Call, "given" | "conf"> & { readonly flags: { readonly "detach-keys": string } };

/** The keys of the flag, or those of containers.conf. @throws {TspodError} If there are no such keys. */
export function detachKeysOf({ flags, given, conf }: DetachCall): Uint8Array {
  return parseDetachKeys(withFlagDefaults(flags, given, conf).flags["detach-keys"]);
}
