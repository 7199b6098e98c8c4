import { existsSync } from "node:fs";
import { join } from "node:path";
import type { Env } from "../../os/env.ts";
import { userConfiguration } from "../configuration/configuration-directory.ts";

/** Absolute path of the user's own policy, there or not. */
export function ownPolicyFile(env: Env): string {
  return join(userConfiguration(env), "policy.json");
}

/** Absolute path of the policy that counts: the user's file if it is there, otherwise that of the system. */
export function policyFile(env: Env, system = "/etc/containers"): string {
  const own = ownPolicyFile(env);
  return existsSync(own) ? own : join(system, "policy.json");
}
