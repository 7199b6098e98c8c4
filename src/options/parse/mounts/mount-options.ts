import { TspodError } from "../../../errors.ts";
import type { MountFlags, Propagation } from "../../mount-request.ts";

/** What the options of a volume or bind mount say, whichever flag they come from. */
export interface MountOptions {
  readonly readOnly?: boolean;
  readonly flags: MountFlags;
  readonly propagation?: Propagation;
  readonly recursive?: boolean;
  readonly chown?: boolean;
  readonly own?: boolean;
  readonly relabel?: "shared" | "private";
  readonly copy?: boolean;
  readonly overlay?: { readonly upper?: string; readonly work?: string };
  readonly idmap?: boolean;
  readonly noDereference?: boolean;
}

type Meaning = Partial<MountOptions> & { readonly flags?: MountFlags };

/** Options of one group exclude each other; `choice` names them in the error. */
const GROUPS: readonly { readonly choice: string; readonly options: Readonly<Record<string, Meaning>> }[] = [
  { choice: "'rw' or 'ro'", options: { rw: { readOnly: false }, ro: { readOnly: true } } },
  {
    choice: "'z', 'Z', or 'O'",
    options: { z: { relabel: "shared" }, Z: { relabel: "private" }, O: { overlay: {} } },
  },
  {
    choice: "'[r]shared', '[r]private', '[r]slave' or '[r]unbindable'",
    options: Object.fromEntries(
      (
        ["shared", "rshared", "private", "rprivate", "slave", "rslave", "unbindable", "runbindable"] as const
      ).map((propagation) => [propagation, { propagation }]),
    ),
  },
  { choice: "'[r]bind'", options: { bind: { recursive: false }, rbind: { recursive: true } } },
  {
    choice: "'noexec' or 'exec'",
    options: { exec: { flags: { exec: true } }, noexec: { flags: { exec: false } } },
  },
  {
    choice: "'nodev' or 'dev'",
    options: { dev: { flags: { dev: true } }, nodev: { flags: { dev: false } } },
  },
  {
    choice: "'nosuid' or 'suid'",
    options: { suid: { flags: { suid: true } }, nosuid: { flags: { suid: false } } },
  },
  { choice: "'U'", options: { U: { chown: true } } },
  { choice: "'own'", options: { own: { own: true } } },
  { choice: "'copy' or 'nocopy'", options: { copy: { copy: true }, nocopy: { copy: false } } },
  { choice: "'no-dereference'", options: { "no-dereference": { noDereference: true } } },
  { choice: "'idmap'", options: { idmap: { idmap: true } } },
  // Options of Docker Desktop, without a meaning on Linux.
  { choice: "'cached' or 'delegated'", options: { cached: {}, delegated: {}, consistent: {} } },
];

/**
 * The options behind `-v SRC:DST:`, or those of --mount that are written the same.
 * @throws {TspodError} If one is unknown, or two exclude each other.
 */
export function parseMountOptions(options: readonly string[]): MountOptions {
  const used = new Set<string>();
  let result: MountOptions = { flags: {} };
  for (const option of options) {
    const directory = overlayDirectory(option);
    const group = GROUPS.find((candidate) => Object.hasOwn(candidate.options, option));
    if (directory === undefined && group === undefined)
      throw new TspodError(`invalid option type "${option}"`);
    if (group !== undefined && used.has(group.choice)) {
      throw new TspodError(
        `invalid options "${options.join(", ")}", can only specify 1 ${group.choice} option`,
      );
    }
    if (group !== undefined) used.add(group.choice);
    const meaning = group?.options[option] ?? {};
    result = {
      ...result,
      ...meaning,

      flags: { ...result.flags, ...meaning.flags },
      ...((meaning.overlay ?? directory) && { overlay: { ...result.overlay, ...directory } }),
    };
  }
  checkOverlay(options);
  return result;
}

function overlayDirectory(option: string): { upper: string } | { work: string } | undefined {
  if (option.startsWith("upperdir=")) return { upper: option.slice("upperdir=".length) };
  if (option.startsWith("workdir=")) return { work: option.slice("workdir=".length) };
  return undefined;
}

function checkOverlay(options: readonly string[]): void {
  const directory = options.find((option) => overlayDirectory(option) !== undefined);
  if (directory !== undefined && !options.includes("O"))
    throw new TspodError(`unknown mount option "${directory}": invalid mount option (it needs the option O)`);
  if (!options.includes("O")) return;
  if (options.some((option) => option !== "O" && option !== "U" && overlayDirectory(option) === undefined)) {
    throw new TspodError("can't use 'O' with other options");
  }
}
