import { UsageError } from "../../errors.ts";

/** When to ask the registry: podman's --pull. */
export type PullPolicy = "missing" | "always" | "newer" | "never";

const POLICIES: readonly PullPolicy[] = ["missing", "always", "newer", "never"];

/** `--pull`; bare, or `true`, is always as Podman 4 has it. @throws {UsageError} If it is no policy. */
export function parsePullPolicy(text: string): PullPolicy {
  if (text === "" || text === "true") return "always";
  if (text === "ifnotpresent" || text === "IfNotPresent" || text === "false") return "missing";
  const policy = POLICIES.find((name) => name === text);
  if (policy === undefined) throw new UsageError(`unsupported pull policy "${text}"`);
  return policy;
}
