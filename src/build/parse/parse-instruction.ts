import { TspodError } from "../../errors.ts";
import { ownValue } from "../../oci/shape.ts";
import { nearest } from "../../options/edit-distance.ts";
import { type FlagKind, type FlagValues, readFlags } from "./builder-flags.ts";
import { atLines } from "./dockerfile-error.ts";
import { parseHealthcheck } from "./healthcheck.ts";
import type { Heredoc } from "./heredoc.ts";
import type {
  ArgInstruction,
  Command,
  CopyInstruction,
  FromInstruction,
  Instruction,
  Located,
  RunInstruction,
} from "./instruction.ts";
import { parseJsonForm } from "./json-form.ts";
import { parseStatements, type Statement, splitStatement } from "./statements.ts";
import { parseNameValues, splitBlanks, splitQuoted } from "./words.ts";

/** What an instruction is made of. */
interface Source {
  /** In upper case, for messages. */
  readonly name: string;
  readonly rest: string;
  readonly heredocs: readonly Heredoc[];
  readonly escapeChar: string;
  readonly flags: FlagValues;
}

interface Rule {
  readonly flags?: Readonly<Record<string, FlagKind>>;
  readonly parse: (source: Source) => Instruction;
}

const COPY_FLAGS = {
  chown: "string",
  chmod: "string",
  link: "boolean",
  parents: "boolean",
  exclude: "strings",
} as const;

const RULES: Readonly<Record<string, Rule>> = {
  from: { flags: { platform: "string", after: "strings" }, parse: parseFrom },
  arg: { parse: parseArg },
  env: { parse: (source) => ({ kind: "env", ...nameValues(source) }) },
  label: { parse: (source) => ({ kind: "label", ...nameValues(source) }) },
  run: {
    flags: { mount: "strings", network: "string", security: "string", device: "strings" },
    parse: parseRun,
  },
  cmd: { parse: (source) => ({ kind: "cmd", command: parseCommand(source.rest) }) },
  entrypoint: { parse: (source) => ({ kind: "entrypoint", command: parseCommand(source.rest) }) },
  copy: { flags: { ...COPY_FLAGS, from: "string" }, parse: (source) => parseCopy(source, "copy") },
  add: {
    flags: { ...COPY_FLAGS, checksum: "string", "keep-git-dir": "boolean", unpack: "boolean" },
    parse: (source) => parseCopy(source, "add"),
  },
  workdir: { parse: (source) => ({ kind: "workdir", value: oneArgument(source) }) },
  user: { parse: (source) => ({ kind: "user", value: oneArgument(source) }) },
  stopsignal: { parse: (source) => ({ kind: "stopsignal", value: oneArgument(source) }) },
  maintainer: { parse: (source) => ({ kind: "maintainer", value: oneArgument(source) }) },
  expose: { parse: (source) => ({ kind: "expose", words: atLeastOne(source, splitBlanks(source.rest)) }) },
  volume: {
    parse: (source) => ({ kind: "volume", words: volumes(source) }),
  },
  shell: { parse: parseShell },
  onbuild: { parse: parseOnbuild },
  healthcheck: {
    flags: {
      interval: "string",
      timeout: "string",
      "start-period": "string",
      "start-interval": "string",
      retries: "string",
    },
    parse: ({ rest, flags }) => parseHealthcheck(rest, flags),
  },
};

/**
 * What a statement means.
 * @throws {DockerfileError} If there is no such instruction, or its flags or arguments are wrong.
 */
export function parseInstruction(statement: Statement, escapeChar: string): Located {
  const { lines, text } = statement;
  return { ...atLines(lines, () => parseUnlocated(statement, escapeChar)), lines, text };
}

function parseUnlocated(
  { name, writtenName, flags, rest, heredocs }: Statement,
  escapeChar: string,
): Instruction {
  const rule = ownValue(RULES, name);
  if (rule === undefined) throw unknownInstruction(writtenName);
  const upper = name.toUpperCase();
  return rule.parse({
    name: upper,
    rest,
    heredocs,
    escapeChar,
    flags: readFlags(flags, rule.flags ?? {}),
  });
}

function unknownInstruction(name: string): TspodError {
  const [meant] = nearest(name, Object.keys(RULES));
  const hint = meant === undefined ? "" : ` (did you mean ${meant.toUpperCase()}?)`;
  return new TspodError(`unknown instruction: ${name}${hint}`);
}

/**
 * An instruction that a base image keeps for the builds upon it.
 * @throws {DockerfileError} If it is none.
 */
export function parseTrigger(text: string): Instruction {
  const { statements, directives } = parseStatements(text);
  const [statement, second] = statements;
  if (statement === undefined || second !== undefined) {
    throw new TspodError(`the trigger "${text}" is not one instruction`);
  }
  return parseUnlocated(statement, directives.escapeChar);
}

function parseFrom({ rest, flags }: Source): FromInstruction {
  const words = splitBlanks(rest);
  const [image = "", as = "", name] = words;
  if (words.length !== 1 && (words.length !== 3 || as.toLowerCase() !== "as")) {
    throw new TspodError("FROM requires either one or three arguments");
  }
  const stage = name?.toLowerCase();
  if (stage !== undefined && !/^[a-z][a-z0-9-_./]*$/.test(stage)) {
    throw new TspodError(
      `invalid name for build stage: "${stage}", name can't start with a number or contain symbols`,
    );
  }
  return { kind: "from", image, platform: flags.one("platform"), name: stage, after: flags.all("after") };
}

function parseArg({ name, rest, escapeChar }: Source): ArgInstruction {
  const words = splitQuoted(rest, escapeChar);
  if (words.length === 0) throw new TspodError(`${name} requires at least one argument`);
  return {
    kind: "arg",
    args: words.map((word) => {
      const at = word.indexOf("=");
      if (at === 0) throw new TspodError("ARG names can not be blank");
      return at === -1 ? { name: word } : { name: word.slice(0, at), value: word.slice(at + 1) };
    }),
  };
}

function nameValues({ name, rest, escapeChar }: Source) {
  return parseNameValues(name, rest, escapeChar);
}

const NETWORKS = ["default", "none", "host"] as const;
const SECURITIES = ["sandbox", "insecure"] as const;

/** One without a command is taken, as Podman does: what the shell says of that ends the build. */
function parseRun({ rest, flags, heredocs }: Source): RunInstruction {
  const network = flags.one("network")?.toLowerCase() ?? "default";
  const security = flags.one("security")?.toLowerCase() ?? "sandbox";
  const knownNetwork = NETWORKS.find((known) => known === network);
  if (knownNetwork === undefined) {
    throw new TspodError(`invalid network mode "${network}": use default, none or host`);
  }
  const knownSecurity = SECURITIES.find((known) => known === security);
  if (knownSecurity === undefined) {
    throw new TspodError(`security "${security}" is not valid: use sandbox or insecure`);
  }
  return {
    kind: "run",
    command: parseCommand(rest),
    mounts: flags.all("mount"),
    network: knownNetwork,
    security: knownSecurity,
    devices: flags.all("device"),
    heredocs,
  };
}

function parseCommand(rest: string): Command {
  const argv = parseJsonForm(rest);
  return argv === undefined ? { form: "shell", text: rest } : { form: "exec", argv };
}

function parseCopy({ name, rest, flags, heredocs }: Source, kind: "copy" | "add"): CopyInstruction {
  const words = parseJsonForm(rest) ?? splitBlanks(rest);
  const destination = words.at(-1);
  const sources = words.slice(0, -1);
  if (destination === undefined || sources.length === 0) {
    throw new TspodError(`${name} requires at least two arguments, but only ${words.length} provided`);
  }
  const unpack = flags.one("unpack");
  return {
    kind,
    sources,
    destination,
    from: flags.one("from"),
    chown: flags.one("chown"),
    chmod: flags.one("chmod"),
    link: flags.isOn("link"),
    parents: flags.isOn("parents"),
    excludes: flags.all("exclude"),
    checksum: flags.one("checksum"),
    keepGitDirectory: flags.isOn("keep-git-dir"),
    unpack: unpack === undefined ? undefined : unpack === "true",
    heredocs,
  };
}

function oneArgument({ name, rest }: Source): string {
  if (rest === "") throw new TspodError(`${name} requires exactly one argument`);
  return rest;
}

function atLeastOne({ name }: Source, words: readonly string[]): readonly string[] {
  if (words.length === 0) throw new TspodError(`${name} requires at least one argument`);
  return words;
}

function volumes(source: Source): readonly string[] {
  const words = atLeastOne(source, parseJsonForm(source.rest) ?? splitBlanks(source.rest));
  if (words.some((word) => word.trim() === "")) {
    throw new TspodError("VOLUME specified can not be an empty string");
  }
  return words;
}

function parseShell({ name, rest }: Source): Instruction {
  const argv = parseJsonForm(rest);
  if (argv === undefined) throw new TspodError(`${name} requires the arguments to be in JSON form`);
  if (argv.length === 0) throw new TspodError(`${name} requires at least one argument`);
  return { kind: "shell", argv };
}

const NOT_IN_ONBUILD = new Set(["onbuild", "from", "maintainer"]);

/**
 * The trigger is parsed as well, so that what is wrong with it is said now and not to those who build upon
 * it.
 */
function parseOnbuild({ name, rest, heredocs }: Source): Instruction {
  if (rest === "") throw new TspodError(`${name} requires at least one argument`);
  const trigger = splitStatement(rest).name;
  if (trigger.toLowerCase() === "onbuild")
    throw new TspodError("Chaining ONBUILD via `ONBUILD ONBUILD` isn't allowed");
  if (NOT_IN_ONBUILD.has(trigger.toLowerCase())) {
    throw new TspodError(`${trigger.toUpperCase()} isn't allowed as an ONBUILD trigger`);
  }
  const text = [rest, ...heredocs.map((each) => `${each.content}${each.name}`)].join("\n");
  parseTrigger(text);
  return { kind: "onbuild", trigger: text };
}
