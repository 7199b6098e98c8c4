import type { Env } from "../os/env.ts";
import type { RetryRules } from "./retry.ts";

/** What the user says about registries, on the command line and in the environment. */
export interface RegistryOptions {
  /**
   * The environment, of which HOME, XDG_*, REGISTRY_AUTH_FILE, DOCKER_CONFIG, CONTAINERS_REGISTRIES_CONF,
   * *_PROXY and PATH are used.
   */
  readonly env: Env;
  /** --authfile */
  readonly authFile?: string;
  /** --creds */
  readonly credentials?: { readonly username: string; readonly password: string };
  /** --cert-dir */
  readonly certDirectory?: string;
  /** --tls-verify; undefined: what registries.conf says. */
  readonly tlsVerify?: boolean;
  /** --retry, --retry-delay; default: what is worth it for a failure that will not last. */
  readonly retry?: RetryRules;
  /** --signature-policy, absolute; undefined: policy.json of the user or the system. */
  readonly signaturePolicy?: string | undefined;
  /** Where the system's containers configuration is; default "/etc/containers". */
  readonly systemConfiguration?: string;
}
