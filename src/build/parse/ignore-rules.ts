import { TspodError } from "../../errors.ts";
import { isPattern, matchesPath, parsePathPattern } from "../../options/filter/path-pattern.ts";
import type { Token } from "../../options/filter/pattern.ts";
import { cleanPath } from "./clean-path.ts";

/** One line of an ignore file. */
export interface IgnoreRule {
  /** As the file has it, cleaned. */
  readonly pattern: string;
  /** Whether it takes back what lines before it ignore. */
  readonly isException: boolean;
  /** Absent where the pattern is a plain path. */
  readonly tokens?: readonly Token[];
}

/** For each rule whether it matched a path or one of the directories above it. */
export type RuleMatches = readonly boolean[];

export interface IgnoreVerdict {
  readonly isIgnored: boolean;
  /** To be handed on for what is in this directory. */
  readonly matches: RuleMatches;
}

/**
 * The lines of a .containerignore or .dockerignore file.
 * @throws {TspodError} For a lone `!`, and for a pattern that is not well-formed.
 * @see https://docs.docker.com/build/concepts/context/#dockerignore-files
 */
export function parseIgnoreFile(text: string): IgnoreRule[] {
  return text
    .replace(/^\uFEFF/, "")
    .split("\n")
    .filter((line) => !line.startsWith("#"))
    .map((line) => line.trim())
    .filter(Boolean)
    .map(parseIgnorePattern);
}

/**
 * One pattern, as `--exclude` has it too.
 * @throws {TspodError} If it is not well-formed.
 */
export function parseIgnorePattern(line: string): IgnoreRule {
  const isException = line.startsWith("!");
  const body = (isException ? line.slice(1) : line).trim();
  if (body === "") throw new TspodError('illegal exclusion pattern: "!"');
  const clean = cleanPath(body);
  const pattern = clean.length > 1 && clean.startsWith("/") ? clean.slice(1) : clean;
  if (!isPattern(pattern)) return { pattern, isException };
  return { pattern, isException, tokens: parsePathPattern(pattern, { stars: true }) };
}

/**
 * What the rules say of a path.
 * @param path from the context's root, without a slash in front
 * @param above what they said of the directory that it is in
 */
export function judge(rules: readonly IgnoreRule[], path: string, above?: RuleMatches): IgnoreVerdict {
  let isIgnored = false;
  const matches = rules.map((rule, index) => {
    const isMatch = (above?.[index] ?? false) || (rule.isException === isIgnored && matchesRule(rule, path));
    if (isMatch) isIgnored = !rule.isException;
    return isMatch;
  });
  return { isIgnored, matches };
}

/** As judge(), for a path whose directories have not been looked at. */
export function judgeFromRoot(rules: readonly IgnoreRule[], path: string): IgnoreVerdict {
  const parts = path.split("/");
  let verdict: IgnoreVerdict = { isIgnored: false, matches: [] };
  for (let length = 1; length <= parts.length; length++) {
    verdict = judge(rules, parts.slice(0, length).join("/"), length === 1 ? undefined : verdict.matches);
  }
  return verdict;
}

function matchesRule({ pattern, tokens }: IgnoreRule, path: string): boolean {
  if (pattern === "." || pattern === "/") return true;
  return tokens === undefined ? path === pattern : matchesPath(tokens, path);
}

/**
 * Whether an exception may name something below a directory that is ignored: then the walk goes on into it.
 */
export function mayKeepBelow(rules: readonly IgnoreRule[], directory: string): boolean {
  return rules.some((rule) => rule.isException && mayBeBelow(rule, directory));
}

function mayBeBelow({ pattern }: IgnoreRule, directory: string): boolean {
  const wanted = pattern.split("/");
  const parts = directory.split("/");
  for (const [index, part] of parts.entries()) {
    const at = wanted[index];
    if (at === undefined) return false;
    if (isPattern(at)) return true; // From here on it may be any name: the walk finds out.
    if (at !== part) return false;
  }
  return wanted.length > parts.length;
}
