import { TspodError } from "../../errors.ts";
import { isWebAddress } from "../../options/web-address.ts";

/** A tree in a git repository. */
export interface GitReference {
  /** What git fetches from. */
  readonly url: string;
  /** A branch, tag or commit; absent: what the repository's HEAD is. */
  readonly ref?: string | undefined;
  /** From the root of the repository. */
  readonly directory: string;
}

const SCHEMES = /^(?:git|ssh|git\+ssh):\/\//;
/** `git@host:path`, as scp has it. */
const SCP = /^[\w.-]+@[\w.-]+:/;

/**
 * What a word names in git: `git://…`, `git@HOST:PATH`, `https://….git`, `github.com/…`, each with
 * `#REF:DIRECTORY` or, of ADD, with a query.
 * @returns undefined where it names no repository
 * @throws {TspodError} If a part could be taken for an option.
 */
export function parseGitReference(text: string): GitReference | undefined {
  const [address = "", fragment = ""] = splitOnce(text, "#");
  const [bare = "", query = ""] = splitOnce(address, "?");
  const isGit =
    SCHEMES.test(bare) ||
    SCP.test(bare) ||
    (isWebAddress(bare) && bare.endsWith(".git")) ||
    /^github\.com\//.test(bare);
  if (!isGit) return undefined;
  const [ref = "", directory = ""] = splitOnce(fragment, ":");
  const values = new URLSearchParams(query);
  const asked = values.get("ref") ?? values.get("tag") ?? values.get("branch") ?? ref;
  const found = {
    url: bare.startsWith("github.com/") ? `https://${bare}` : bare,
    ref: asked === "" ? undefined : asked,
    directory: values.get("subdir") ?? directory,
  };
  for (const part of [found.url, found.ref ?? ""]) refuseOption(part);
  return found;
}

function splitOnce(text: string, separator: string): [string, string] {
  const at = text.indexOf(separator);
  return at === -1 ? [text, ""] : [text.slice(0, at), text.slice(at + 1)];
}

/** git would read it as an option, and some of those run programs. */
function refuseOption(text: string): void {
  if (text.startsWith("-") || /\s|\0/.test(text)) {
    throw new TspodError(`"${text}" is no name of a repository, branch, tag or commit`);
  }
}
