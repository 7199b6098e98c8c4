import { withFlagDefaults } from "../../config/flag-defaults.ts";
import type { Setting } from "../../config/setting.ts";
import type { Command } from "../define-command.ts";
import type { Flag } from "../flags/flag.ts";

/** The command with the defaults that containers.conf gives its flags, as `--help` is to show them. */
export function withDefaultsOf(conf: readonly Setting[], command: Command): Command {
  const own = Object.entries(command.flags).map(([name, flag]) => [name, ownDefault(flag)] as const);
  const { flags, sources } = withFlagDefaults(Object.fromEntries(own), new Set(), conf);
  const changed = Object.entries(command.flags)
    .filter(([name]) => sources.has(name))
    .map(([name, flag]) => [name, { ...flag, default: flags[name] } as Flag] as const);
  return { ...command, flags: { ...command.flags, ...Object.fromEntries(changed) } };
}

function ownDefault(flag: Flag): unknown {
  return flag.default ?? (flag.type === "list" ? [] : undefined);
}
