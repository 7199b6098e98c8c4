import { TspodError } from "../../errors.ts";

/** Settings that a namespace has for itself. @see podman-run(1), --sysctl */
const ALLOWED = new Set([
  "kernel.msgmax",
  "kernel.msgmnb",
  "kernel.msgmni",
  "kernel.sem",
  "kernel.shmall",
  "kernel.shmmax",
  "kernel.shmmni",
  "kernel.shm_rmid_forced",
]);
const ALLOWED_PREFIX = /^(?:net|fs\.mqueue)\./;

/** Whether a setting (`net.ipv4.ip_forward`) is one that a namespace has for itself. */
export function isNamespacedSysctl(name: string): boolean {
  return ALLOWED.has(name) || ALLOWED_PREFIX.test(name);
}

/** All of --sysctl. @throws {TspodError} If one has no value, or is no namespace's own. */
export function parseSysctls(texts: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    texts.map((text) => {
      const equals = text.indexOf("=");
      if (equals < 1)
        throw new TspodError(`${text} is invalid, sysctl values must be in the form of KEY=VALUE`);
      const name = text.slice(0, equals).trim().replaceAll("/", ".");
      if (!isNamespacedSysctl(name)) throw new TspodError(`sysctl '${name}' is not allowed`);
      return [name, text.slice(equals + 1).trim()];
    }),
  );
}
