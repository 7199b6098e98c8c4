import { resolve } from "node:path";
import type { Call } from "../../cli/define-command.ts";
import type { FlagTable } from "../../cli/flags/flag.ts";
import { logLine } from "../../cli/log.ts";
import { requireAuthFile } from "../../cli/require-file.ts";
import { withFlagDefaults } from "../../config/flag-defaults.ts";
import { TspodError, UsageError } from "../../errors.ts";
import type { RegistryOptions } from "../../image/pull/pull-options.ts";
import { parseDuration } from "../../options/duration.ts";

/** Flags of whatever talks to registries. */
export const connectionFlags = {
  authfile: {
    type: "string",
    value: "PATH",
    complete: "file",
    help: "File with credentials (default: $REGISTRY_AUTH_FILE, then auth.json where Podman and Docker have it)",
  },
  "cert-dir": {
    type: "string",
    value: "PATH",
    complete: "directory",
    help: "Directory with *.crt authorities, *.cert and *.key for this registry",
  },
  creds: {
    type: "string",
    emptyIsAbsent: true,
    value: "USER[:PASSWORD]",
    secret: true,
    help: "Credentials for the registry",
  },
  "tls-verify": {
    type: "boolean",
    default: true,
    help: "Require HTTPS and verify certificates (default: what registries.conf says)",
  },
} as const satisfies FlagTable;

/** Flags of commands that pull or push. */
export const registryFlags = {
  ...connectionFlags,
  "signature-policy": {
    type: "string",
    value: "PATH",
    complete: "file",
    hidden: true,
    help: "Use this signature policy instead of policy.json",
  },
} as const satisfies FlagTable;

/** What pulls and is patient. */
export const retryFlags = {
  retry: {
    type: "int",
    unsigned: true,
    value: "ATTEMPTS",
    default: 3,
    help: "How often to try again in case of failure when performing pull",
  },
  "retry-delay": {
    type: "string",
    emptyIsAbsent: true,
    value: "DURATION",
    help: "Pause before each new try (without it half a second, then twice as long each time) in case of pull failures",
  },
} as const satisfies FlagTable;

/** The same of what pushes. */
export const pushRetryFlags = {
  retry: { ...retryFlags.retry, help: "How often to try again in case of failure when performing push" },
  "retry-delay": {
    ...retryFlags["retry-delay"],
    help: "Pause before each new try (without it half a second, then twice as long each time) in case of push failures",
  },
} as const satisfies FlagTable;

/**
 * --retry, --retry-delay, and what containers.conf says. Who gives one means a registry that is not up yet,
 * too.
 * @throws {TspodError} If the delay is no duration.
 */
export function retryOptions({
  flags,
  given,
  conf,
  warn,
}: Pick<Call<typeof retryFlags>, "flags" | "given" | "conf" | "warn">): Pick<RegistryOptions, "retry"> {
  const { flags: defaulted, sources } = withFlagDefaults(flags, given, conf);
  const { retry, "retry-delay": delay } = defaulted;
  const isGiven = given.has("retry") || sources.has("retry");
  // Podman warns of it even where nothing is told of progress.
  const isQuiet = "quiet" in flags && flags.quiet === true;
  const note = (message: string) => warn(logLine("warn", message, Date.now()));
  const told = isQuiet ? { note } : {};
  if (!isGiven && delay === undefined) return { retry: told };
  const delayMs = delay === undefined ? undefined : parseDelay(delay);
  return {
    retry: {
      ...told,
      unreachable: true,
      ...(isGiven && { retries: retry }),
      // As Podman: `--retry-delay 0` means the default delay.
      ...(delayMs && { delayMs }),
    },
  };
}

/** @throws {TspodError} In Podman's words, if it is no duration. */
function parseDelay(text: string): number {
  const delayMs = Math.round(parseDuration(text) / 1e6);
  if (delayMs < 0) throw new TspodError(`--retry-delay "${text}": must not be negative`);
  return delayMs;
}

/**
 * What the flags and the environment say about registries.
 * @throws {UsageError} If --creds has no user or no password.
 */
export function connectionOptions({
  env,
  flags,
  given,
}: Pick<Call<typeof connectionFlags>, "env" | "flags" | "given">): RegistryOptions {
  return {
    env,
    ...(flags.authfile !== undefined && { authFile: flags.authfile }),
    ...(flags["cert-dir"] !== undefined && { certDirectory: flags["cert-dir"] }),
    ...(flags.creds !== undefined && { credentials: parseCredentials(flags.creds) }),
    ...(given.has("tls-verify") && { tlsVerify: flags["tls-verify"] }),
  };
}

/**
 * Options of such a command, with the signature policy.
 * @throws {UsageError} If --creds has no user or no password.
 * @throws {TspodError} If there is no --authfile of that name.
 */
export function registryOptions(
  call: Pick<Call<typeof registryFlags>, "cwd" | "env" | "flags" | "given">,
): RegistryOptions {
  const { "signature-policy": policy, authfile } = call.flags;
  // Podman looks at once, too; only login makes one.
  requireAuthFile(authfile, call);
  return { ...connectionOptions(call), ...(policy && { signaturePolicy: resolve(call.cwd, policy) }) };
}

function parseCredentials(text: string): { username: string; password: string } {
  const colon = text.indexOf(":");
  if (colon <= 0) throw new UsageError("--creds: expected USER:PASSWORD");
  return { username: text.slice(0, colon), password: text.slice(colon + 1) };
}
