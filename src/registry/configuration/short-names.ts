import { TspodError } from "../../errors.ts";
import { isShortName, parseReference, type Reference, splitReference } from "../../oci/reference.ts";
import type { RegistriesConf } from "./registries-conf.ts";

/** What a name that the user typed may stand for. */
export interface Candidates {
  /** References to try in turn; the first that can be pulled is used. */
  readonly references: readonly Reference[];
  /** How the name was understood, for the user; undefined where it was full. */
  readonly explanation?: string;
  /** The user is to be asked, where that is possible: several registries could be meant. */
  readonly ambiguous: boolean;
}

/**
 * The references that `text` stands for: itself if it names a registry; otherwise its alias; otherwise that
 * name in every search registry.
 * @throws {TspodError} If it isn't a reference, or nothing is known of a short name.
 * @see containers-registries.conf(5), "SHORT-NAME ALIASING"
 */
export function resolveShortName(text: string, conf: RegistriesConf): Candidates {
  const literal = parseReference(text);
  if (!isShortName(text)) return { references: [literal], ambiguous: false };
  const { name } = splitReference(text);
  const alias = conf.shortNameMode === "disabled" ? undefined : conf.aliases.get(name);
  if (alias !== undefined) {
    return {
      references: [atName(alias.name, literal)],
      explanation: `Resolved "${name}" as an alias (${alias.source})`,
      ambiguous: false,
    };
  }
  if (conf.searchRegistries.length === 0) {
    throw new TspodError(
      `short-name "${text}" did not resolve to an alias and no unqualified-search registries are defined in "${conf.searchSource}"`,
    );
  }
  return {
    references: conf.searchRegistries.map((registry) => atName(`${registry}/${name}`, literal)),
    ...(conf.searchSource !== undefined && {
      explanation: `Resolving "${name}" using unqualified-search registries (${conf.searchSource})`,
    }),
    ambiguous: conf.searchRegistries.length > 1 && conf.shortNameMode !== "disabled",
  };
}

/**
 * One of several possible registries must have been chosen: in mode enforcing nothing is guessed.
 * @throws {TspodError} If the mode is enforcing and several registries could be meant.
 */
export function refuseGuessing(text: string, { ambiguous }: Candidates, conf: RegistriesConf): void {
  if (ambiguous && conf.shortNameMode === "enforcing") {
    throw new TspodError(
      `short-name resolution enforced but cannot prompt without a TTY: write "${text}" with its registry`,
    );
  }
}

function atName(name: string, { tag, digest }: Reference): Reference {
  const { domain, path } = parseReference(name);
  return { domain, path, ...(tag !== undefined && { tag }), ...(digest !== undefined && { digest }) };
}
