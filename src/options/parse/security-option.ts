import { TspodError } from "../../errors.ts";
import type { SecurityOptions } from "../create-options.ts";

type Parsed = Pick<
  SecurityOptions,
  "noNewPrivileges" | "seccomp" | "apparmor" | "labelOptions" | "mask" | "unmask" | "procOptions" | "raw"
>;

const NOTHING: Parsed = {
  noNewPrivileges: false,
  labelOptions: [],
  mask: [],
  unmask: [],
  procOptions: [],
  raw: [],
};

/** All of --security-opt. @throws {TspodError} If one is unknown. */
export function parseSecurityOptions(texts: readonly string[]): Parsed {
  let parsed: Parsed = { ...NOTHING, raw: [...texts] };
  for (const text of texts) parsed = { ...parsed, ...parseOne(text, parsed) };
  return parsed;
}

function parseOne(text: string, parsed: Parsed): Partial<Parsed> {
  if (text === "no-new-privileges") return { noNewPrivileges: true };
  const [, name, value] = /^([^=:]*)[=:](.*)$/s.exec(text) ?? [];
  if (name === undefined || value === undefined) throw new TspodError(`invalid --security-opt 1: "${text}"`);
  switch (name) {
    case "no-new-privileges":
      return { noNewPrivileges: readBoolean(text, value) };
    case "seccomp":
      return parseSeccomp(value);
    case "apparmor":
      return parseApparmor(value);
    case "label":
      return { labelOptions: [...parsed.labelOptions, value] };
    case "mask":
      return { mask: [...parsed.mask, ...splitPaths(value)] };
    case "unmask":
      return { unmask: [...parsed.unmask, ...(value.toUpperCase() === "ALL" ? ["ALL"] : splitPaths(value))] };
    case "proc-opts":
      return { procOptions: value.split(",") };
    case "systempaths":
      if (value === "unconfined") return { unmask: ["ALL"] };
      break;
  }
  throw new TspodError(`invalid --security-opt 2: "${text}"`);
}

function readBoolean(text: string, value: string): boolean {
  if (value === "true" || value === "false") return value === "true";
  throw new TspodError(`invalid --security-opt 2: "${text}"`);
}

function parseSeccomp(value: string): Partial<Parsed> {
  if (value === "" || value === "default") return {};
  return { seccomp: value === "unconfined" ? { kind: "unconfined" } : { kind: "file", path: value } };
}

/** A user without rights can't load a profile; one that is asked for by name is not silently left out. */
function parseApparmor(value: string): Partial<Parsed> {
  if (value === "" || value === "unconfined" || value.startsWith("container-default"))
    return { apparmor: value };
  throw new TspodError(`apparmor profile "${value}" specified, but tspod can't apply AppArmor profiles`);
}

function splitPaths(value: string): string[] {
  return value.split(":").filter(Boolean);
}
