import { TspodError } from "../../errors.ts";
import { ownValue } from "../../oci/shape.ts";
import { nearest } from "../../options/edit-distance.ts";
import { parseCsvLine } from "./csv.ts";

interface WithIds {
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
}

/**
 * One `RUN --mount`; its variables are expanded. Targets are as written, and may be relative to the working
 * directory.
 */
export type RunMount =
  | {
      readonly type: "bind";
      readonly target: string;
      /** In the stage, context or image that `from` names. */
      readonly source: string;
      readonly from?: string;
      /** Whether the command may write; what it writes is thrown away. */
      readonly writable: boolean;
    }
  | ({
      readonly type: "cache";
      readonly target: string;
      readonly id?: string;
      readonly from?: string;
      readonly source: string;
      readonly sharing: "shared" | "private" | "locked";
      readonly readOnly: boolean;
    } & WithIds)
  | { readonly type: "tmpfs"; readonly target: string; readonly size?: number }
  | ({
      readonly type: "secret" | "ssh";
      readonly id?: string;
      readonly target?: string;
      readonly required: boolean;
      /** The variable that gets the secret. */
      readonly env?: string;
    } & WithIds);

const TYPES = ["bind", "cache", "tmpfs", "secret", "ssh"] as const;

type MountType = (typeof TYPES)[number];

/** Keys, and other names of them. */
const ALIASES: Readonly<Record<string, string>> = {
  dst: "target",
  destination: "target",
  src: "source",
  ro: "readonly",
  rw: "readwrite",
};

const KEYS: Readonly<Record<MountType, readonly string[]>> = {
  bind: ["target", "source", "from", "readonly", "readwrite", "relabel", "z", "u"],
  cache: [
    ...["target", "source", "from", "id", "sharing", "readonly", "readwrite", "mode", "uid", "gid"],
    ...["relabel", "z", "u"],
  ],
  tmpfs: ["target", "size", "mode"],
  secret: ["target", "id", "required", "mode", "uid", "gid", "env"],
  ssh: ["target", "id", "required", "mode", "uid", "gid"],
};

type Values = ReadonlyMap<string, string>;

/**
 * The value of a `--mount`.
 * @param expand replaces variables; `from` and `type` have none
 * @throws {TspodError} For an unknown type or key, and for values that make no sense.
 * @see https://docs.docker.com/reference/dockerfile/#run---mount
 */
export function parseRunMount(text: string, expand: (text: string) => string = String): RunMount {
  const fields = parseCsvLine(text).map((field) => splitField(field, expand));
  const type = TYPES.find((known) => known === (new Map(fields).get("type") ?? "bind"));
  if (type === undefined) {
    throw new TspodError(`unsupported mount type "${new Map(fields).get("type")}": use ${TYPES.join(", ")}`);
  }
  for (const [key] of fields) checkKey(key, type);
  return MAKERS[type](new Map(fields));
}

function splitField(field: string, expand: (text: string) => string): [string, string] {
  const at = field.indexOf("=");
  const name = (at === -1 ? field : field.slice(0, at)).toLowerCase();
  const key = ownValue(ALIASES, name) ?? name;
  if (at === -1) {
    if (FLAGS.has(key)) return [key, "true"];
    throw new TspodError(`invalid field "${field}" must be a key=value pair`);
  }
  const value = field.slice(at + 1);
  return [key, key === "from" || key === "type" ? value : expand(value)];
}

const FLAGS = new Set(["readonly", "readwrite", "required", "z", "u"]);

function checkKey(key: string, type: MountType): void {
  if (key === "type" || KEYS[type].includes(key)) return;
  const everywhere = Object.values(KEYS).flat();
  if (everywhere.includes(key)) throw new TspodError(`unexpected key '${key}' for mount type '${type}'`);
  const [meant] = nearest(key, everywhere);
  throw new TspodError(`unexpected key '${key}'${meant === undefined ? "" : ` (did you mean ${meant}?)`}`);
}

const MAKERS: Readonly<Record<MountType, (values: Values) => RunMount>> = {
  bind: (values) => ({
    type: "bind",
    target: requiredTarget(values, "bind"),
    source: values.get("source") ?? "/",
    ...optional("from", values.get("from")),
    writable: isWritable(values, false),
  }),
  cache: (values) => ({
    type: "cache",
    target: requiredTarget(values, "cache"),
    ...optional("id", values.get("id")),
    ...optional("from", values.get("from")),
    source: values.get("source") ?? "/",
    sharing: sharing(values.get("sharing")?.toLowerCase() ?? "shared"),
    readOnly: !isWritable(values, true),
    ...ids(values),
  }),
  tmpfs: (values) => ({
    type: "tmpfs",
    target: requiredTarget(values, "tmpfs"),
    ...optional("size", size(values.get("size"))),
  }),
  secret: (values) => secretOrSsh(values, "secret"),
  ssh: (values) => secretOrSsh(values, "ssh"),
};

function secretOrSsh(values: Values, type: "secret" | "ssh"): RunMount {
  const [id, target, env] = [values.get("id"), values.get("target"), values.get("env")];
  if (type === "secret" && !id && !target) {
    throw new TspodError("invalid secret mount. one of source, target required");
  }
  return {
    type,
    ...optional("id", id),
    ...optional("target", target),
    required: isOn(values.get("required"), "required"),
    ...optional("env", env),
    ...ids(values),
  };
}

function requiredTarget(values: Values, type: MountType): string {
  const target = values.get("target");
  if (!target) throw new TspodError(`a ${type} mount needs a target`);
  if (/^\/+(?:\.?\/*)*$/.test(target))
    throw new TspodError(`invalid mount target "${target}": it is the root`);
  return target;
}

function isWritable(values: Values, otherwise: boolean): boolean {
  const [readOnly, writable] = [values.get("readonly"), values.get("readwrite")];
  if (writable !== undefined) return isOn(writable, "readwrite");
  return readOnly === undefined ? otherwise : !isOn(readOnly, "readonly");
}

function isOn(value: string | undefined, key: string): boolean {
  if (value === undefined || /^(?:false|0|f)$/i.test(value)) return false;
  if (/^(?:true|1|t)$/i.test(value)) return true;
  throw new TspodError(`invalid value for ${key}: ${value}`);
}

function sharing(value: string): "shared" | "private" | "locked" {
  if (value === "shared" || value === "private" || value === "locked") return value;
  throw new TspodError(`unsupported sharing value "${value}": use shared, private or locked`);
}

function ids(values: Values): WithIds {
  return {
    ...optional("mode", octal(values.get("mode"))),
    ...optional("uid", id("uid", values.get("uid"))),
    ...optional("gid", id("gid", values.get("gid"))),
  };
}

function octal(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[0-7]{1,5}$/.test(text)) throw new TspodError(`invalid value ${text} for mode`);
  return Number.parseInt(text, 8);
}

function id(key: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,10}$/.test(text)) throw new TspodError(`invalid value ${text} for ${key}`);
  return Number(text);
}

/** Bytes. */
function size(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const [, number = "", unit = ""] = /^(\d+(?:\.\d+)?)\s*([kmgt]?)(?:i?b)?$/i.exec(text) ?? [];
  if (number === "") throw new TspodError(`invalid value for size: ${text}`);
  return Math.floor(Number(number) * 1024 ** " kmgt".indexOf(unit.toLowerCase() || " "));
}

function optional<K extends string, T>(key: K, value: T | undefined): { [key in K]?: T } {
  return value === undefined ? {} : ({ [key]: value } as { [key in K]?: T });
}
