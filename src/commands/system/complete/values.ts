import type { FlagAtCursor } from "../../../cli/help/completion-request.ts";
import { templateFields } from "../../../podman/template-fields.ts";
import type { LookUp, Names } from "./directive.ts";
import { networkInterfaces, sysctlNames } from "./kernel-names.ts";
import { FILTERS, VALUES } from "./known-values.ts";
import { mountWords } from "./mount-words.ts";

export interface WantedValue extends Omit<FlagAtCursor, "operands"> {
  /** What of the value is there already. */
  readonly typed: string;
}

/** What begins so may go on with a container's name, or with a file. */
const CONTAINER = "container:";
const FILES = /^(?:ns:|seccomp=|path=)/;

/** What a flag's value may be; undefined where nothing is known of it but its kind. */
export function valueWords({ command, name, typed }: WantedValue, lookUp: LookUp): Names | undefined {
  if (name === "filter") return open(FILTERS[command] ?? FILTERS[""] ?? [], typed);
  if (name === "mount") return mountWords(typed, lookUp);
  if (name === "volume") return volumeWords(typed, lookUp);
  if (name === "sysctl") return sysctlNames();
  if (command === "network create" && name === "interface-name") return networkInterfaces();
  if (name === "secret" && typed.includes(",")) return lastOf(typed, SECRET_KEYS);
  if (name === "secret") return open(lookUp("secret", typed), typed);
  const known = VALUES[`${command} --${name}`] ?? VALUES[`--${name}`];
  if (name === "format" && known === undefined) return templateWords(command, typed);
  if (known === undefined) return undefined;
  if (FILES.test(typed)) return { words: [], directive: "Default" };
  if (typed.startsWith(CONTAINER) && known.includes(CONTAINER)) {
    const begun = typed.slice(CONTAINER.length);
    return { words: lookUp("container", begun).map((each) => CONTAINER + each), directive: "NoFileComp" };
  }
  return open([...known, ...(name === "network" ? lookUp("network", typed) : [])], typed);
}

const SECRET_KEYS = ["type=mount", "type=env", "target=", "uid=", "gid=", "mode="];

/** Words some of which are only the beginning of a value. */
function open(words: readonly string[], typed = ""): Names {
  const fitting = words.filter((word) => word.startsWith(typed));
  const isOpen = fitting.length > 0 && fitting.every((word) => /[=:,.]$/.test(word));
  return { words, directive: isOpen ? "NoSpace" : "NoFileComp" };
}

/** Words for the part behind the last comma. */
function lastOf(typed: string, keys: readonly string[]): Names {
  const before = typed.slice(0, typed.lastIndexOf(",") + 1);
  return { words: keys.map((key) => before + key), directive: "NoSpace" };
}

const VOLUME_OPTIONS = [
  ...["ro", "rw", "z", "Z", "U", "O", "copy", "nocopy", "exec", "noexec", "suid", "nosuid", "dev", "nodev"],
  ...["private", "rprivate", "shared", "rshared", "slave", "rslave", "rbind", "bind"],
];

/** `VOLUME:PATH:OPTIONS`; a source with a slash is a file of the host. */
function volumeWords(typed: string, lookUp: LookUp): Names {
  const [source = "", destination, options] = typed.split(":");
  if (options !== undefined) {
    const begin = `${source}:${destination}:`;
    const { words, directive } = lastOf(options, VOLUME_OPTIONS);
    return { words: words.map((word) => begin + word), directive };
  }
  if (destination !== undefined || /^[/.~]/.test(source)) return { words: [], directive: "Default" };
  const words = lookUp("volume", source).filter((word) => word.startsWith(source));
  return { words: words.map((word) => `${word}:`), directive: words.length === 0 ? "Default" : "NoSpace" };
}

/** `json`, `table`, and the fields behind `{{.` and what stands before it. */
function templateWords(command: string, typed: string): Names | undefined {
  const fields = templateFields(command);
  if (fields.length === 0) return undefined;
  const [, before, begun] = /^(.*\{\{-?\s*(?:[a-z]+\s+)?\.)([\w.]*)$/s.exec(typed) ?? [];
  if (before === undefined || begun === undefined)
    return { words: ["json", "table ", "{{."], directive: "NoSpace" };
  const depth = begun.split(".").length;
  const fitting = fields.filter((field) => field.startsWith(begun) && field.split(".").length === depth);
  const words = fitting.map((field) =>
    fields.some((other) => other.startsWith(`${field}.`)) ? [`${field}.`, `${field}}}`] : [`${field}}}`],
  );
  return { words: words.flat().map((word) => before + word), directive: "NoSpace" };
}
