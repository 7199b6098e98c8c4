import { basename, dirname } from "node:path";
import { nearest } from "../../../options/edit-distance.ts";
import type { UnitDraft } from "../../unit-file/draft.ts";
import { draftOf } from "../../unit-file/draft.ts";
import { type Section, sectionOf } from "../../unit-file/section.ts";
import { splitWords } from "../../unit-file/split-words.ts";
import { type UnitFile, unitError } from "../../unit-file/unit-file.ts";
import { endingOf, KINDS, type Quadlet, resolvedName, SECTIONS, serviceName } from "../kinds.ts";
import type { KeyRule } from "./key-rules.ts";

/** What a conversion needs to know beyond the quadlet. */
export interface ConversionContext {
  /** All quadlets by their file names. */
  readonly quadlets: ReadonlyMap<string, Quadlet>;
  /** Absolute path of tspod. */
  readonly program: string;
  /** Why a flag of a command can't be used: a reason, or undefined where it can. */
  readonly unsupported: (command: string, flag: string) => string | undefined;
}

/** A quadlet on its way to a service. */
export interface Conversion extends ConversionContext {
  readonly quadlet: Quadlet;
  readonly section: Section;
  readonly draft: UnitDraft;
  /** Absolute path of the quadlet's directory. */
  readonly directory: string;
  /** File names of the quadlets whose services are started first. */
  readonly required: Set<string>;
}

/** What a quadlet comes to. */
export interface Converted {
  /** The service's unit. */
  readonly text: string;
  /** The words of its ExecStart=, systemd's specifiers in them. */
  readonly start: readonly string[];
  /** The words for a run without systemd. */
  readonly alone: readonly string[];
  /** File names of the quadlets whose services are started first. */
  readonly requires: readonly string[];
  /** With file and line. */
  readonly warnings: readonly string[];
}

/** Where systemd says in which order units start. */
const DEPENDENCIES = [
  "After",
  "Before",
  "BindsTo",
  "Conflicts",
  "OnFailure",
  "OnSuccess",
  "PartOf",
  "PropagatesReloadTo",
  "PropagatesStopTo",
  "ReloadPropagatedFrom",
  "Requires",
  "Requisite",
  "StopPropagatedFrom",
  "Upholds",
  "Wants",
];
/** A user's manager doesn't have network-online.target. */
const NETWORK_UNIT = "podman-user-wait-network-online.service";

/**
 * The beginning of every conversion: a service with all that is systemd's in the quadlet, and what all
 * services have.
 * @throws {TspodError} With file and line, if a key is unknown, or a dependency is.
 */
export function beginConversion(
  quadlet: Quadlet,
  keys: Readonly<Record<string, KeyRule>>,
  context: ConversionContext,
): Conversion {
  const { unit, kind } = quadlet;
  const name = SECTIONS[kind];
  checkKeys(unit, name, Object.keys(keys));
  checkKeys(unit, "Quadlet", ["DefaultDependencies"]);
  const draft = draftOf(withServices(unit, context));
  if (sectionOf(unit, "Quadlet").boolean("DefaultDependencies") !== false) {
    draft.prepend("Unit", "After", NETWORK_UNIT);
    draft.prepend("Unit", "Wants", NETWORK_UNIT);
  }
  draft.add("Unit", "SourcePath", unit.path);
  draft.add("Unit", "RequiresMountsFor", "%t/tspod");
  draft.rename(name, `X-${name}`);
  draft.rename("Quadlet", "X-Quadlet");
  return {
    ...context,
    quadlet,
    section: sectionOf(unit, name),
    draft,
    directory: dirname(unit.path),
    required: new Set(),
  };
}

/** The end of every conversion. @param start ExecStart's words @param alone what they are without systemd */
export function endConversion(
  { draft, required, section }: Conversion,
  start: readonly string[],
  alone: readonly string[] = start,
): Converted {
  draft.addCommand("ExecStart", start);
  const requires = [...required];
  return { text: draft.text(), start, alone, requires, warnings: [...new Set(section.warnings)] };
}

function checkKeys(unit: UnitFile, name: string, known: readonly string[]): void {
  const line = unit.sections.get(name)?.find(({ key }) => !known.includes(key));
  if (line === undefined) return;
  const [near] = nearest(line.key, known);
  const hint = near === undefined ? "" : ` (did you mean ${near}=?)`;
  throw unitError(line, `unsupported key '${line.key}' in group '${name}'${hint}`);
}

/** The unit with services in place of the quadlets that it depends on. */
function withServices(unit: UnitFile, context: ConversionContext): UnitFile {
  const lines = unit.sections.get("Unit");
  if (lines === undefined) return unit;
  const translated = lines.map((line) => {
    if (!DEPENDENCIES.includes(line.key) || !/\.\w+/.test(line.value)) return line;
    const value = splitWords(line.value).map((dependency) => {
      if (!KINDS.some((kind) => kind === endingOf(dependency))) return dependency;
      const other = context.quadlets.get(dependency);
      if (other === undefined) throw unitError(line, `unable to translate dependency for ${dependency}`);
      return `${serviceName(other)}.service`;
    });
    return { ...line, value: value.join(" ") };
  });
  return { ...unit, sections: new Map([...unit.sections, ["Unit", translated]]) };
}

/** tspod with the global flags that the quadlet asks for. */
export function programOf({ program, section }: Conversion): string[] {
  return [
    program,
    ...section.all("ContainersConfModule").map((path) => `--module=${path}`),
    ...section.arguments("GlobalArgs"),
  ];
}

/**
 * What the keys add to a command line.
 * @throws {TspodError} With file and line, if one needs what the command can't do.
 */
export function keyArguments(
  { section, directory, unsupported }: Conversion,
  command: string,
  keys: Readonly<Record<string, KeyRule>>,
): string[] {
  return Object.entries(keys).flatMap(([key, rule]) => {
    const added = rule(section, key, directory);
    const flag = /^--([^=]+)/.exec(added[0] ?? "")?.[1];
    const reason = flag === undefined ? undefined : unsupported(command, flag);
    if (reason !== undefined) throw section.error(key, `${key}= is not supported: ${reason}`);
    return added;
  });
}

/**
 * Another quadlet that this one uses: its service is started first.
 * @param key that names it, for the error
 * @returns what it makes, by its name
 * @throws {TspodError} If there is none of that name, or its name isn't known before it runs.
 */
export function requireQuadlet(
  { quadlets, section, draft, required }: Conversion,
  key: string,
  fileName: string,
): string {
  const other = quadlets.get(fileName);
  if (other === undefined)
    throw section.error(key, `requested Quadlet unit ${basename(fileName)} was not found`);
  const name = resolvedName(other);
  if (name === undefined) throw section.error(key, `cannot get the resource name of ${fileName}`);
  if (required.has(fileName)) return name;
  required.add(fileName);
  draft.add("Unit", "Requires", `${serviceName(other)}.service`);
  draft.add("Unit", "After", `${serviceName(other)}.service`);
  return name;
}

/** The image that a key names; a name with .image or .build is that of the quadlet's image. */
export function imageName(conversion: Conversion, key: string): string {
  const name = conversion.section.last(key) ?? "";
  return /\.(?:image|build)$/.test(name) ? requireQuadlet(conversion, key, name) : name;
}

/** A service that does one thing. @param remains whether it is then taken for running */
export function oneShot(
  { draft }: Conversion,
  { remains = true }: { readonly remains?: boolean } = {},
): void {
  const added = [
    ["SyslogIdentifier", "%N"],
    ["Type", "oneshot"],
    ...(remains ? ([["RemainAfterExit", "yes"]] as const) : []),
  ] as const;
  for (const [key, value] of added) {
    if (!draft.has("Service", key)) draft.add("Service", key, value);
  }
}
