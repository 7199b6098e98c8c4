import { execFile } from "node:child_process";
import { statfsSync } from "node:fs";
import { userInfo } from "node:os";
import type { Env } from "../../os/env.ts";
import type { Answer, Patient } from "./finding.ts";

/** A helper that hangs is no reason for the doctor to hang. */
const PATIENCE = 10_000; // ms

/**
 * This host, as the user who calls sees it.
 * @param uid of the user who calls, outside of any namespace
 */
export function thisHost({ env, store, uid }: Pick<Patient, "env" | "store" | "uid">): Patient {
  return {
    root: "",
    env,
    uid,
    user: userName(env, uid),
    store,
    run: (file, args) => run(file, args, env),
    statfs: statfsSync,
  };
}

function userName(env: Env, uid: number): string {
  try {
    const { username, uid: own } = userInfo();
    // Inside tspod's own namespace the caller is root there.
    return own === uid ? username : (env.USER ?? String(uid));
  } catch {
    return String(uid); // no directory service knows the user
  }
}

function run(file: string, args: readonly string[], env: Env): Promise<Answer> {
  return new Promise((resolve) => {
    execFile(file, args, { env, timeout: PATIENCE, encoding: "utf8" }, (error, stdout, stderr) => {
      const code = error === null ? 0 : error.code;
      resolve({ code: typeof code === "number" ? code : undefined, stdout, stderr });
    });
  });
}
