import { programFile } from "../../os/program-files.ts";
import { asRoot, type Finding, type Fix, ok, type Patient } from "./finding.ts";
import { readHost, readSysctl } from "./read-host.ts";

const WHY = "Containers live in a user namespace: without one nobody but root can run them.";
const ENOUGH_NAMESPACES = 1000;
/** Where the package puts the profile. @see apparmor.d(5), "userns" */
const PROFILE = "/etc/apparmor.d/tspod";

/** The settings of the kernel that let a user without rights make user namespaces. */
export function checkNamespaceSettings(patient: Patient): Finding[] {
  return [checkLimit(patient), checkSwitch(patient), checkAppArmor(patient)].filter(
    (finding) => finding !== undefined,
  );
}

function checkLimit(patient: Patient): Finding {
  const name = "user namespaces";
  const limit = readSysctl(patient, "user/max_user_namespaces");
  if (limit === undefined) {
    const found = "this kernel has none (CONFIG_USER_NS)";
    return { name, state: "failed", found, why: WHY, fixes: [] };
  }
  const found = `user.max_user_namespaces is ${limit}`;
  if (limit >= ENOUGH_NAMESPACES) return ok(name, found, WHY);
  const state = limit === 0 ? "failed" : "warning";
  return { name, state, found, why: WHY, fixes: setForGood("user.max_user_namespaces=28633") };
}

/** Debian and its kin had this switch, and turned it on in Debian 11. */
function checkSwitch(patient: Patient): Finding | undefined {
  const value = readSysctl(patient, "kernel/unprivileged_userns_clone");
  if (value === undefined) return undefined;
  const name = "user namespaces without rights";
  const found = `kernel.unprivileged_userns_clone is ${value}`;
  if (value === 1) return ok(name, found, WHY);
  return { name, state: "failed", found, why: WHY, fixes: setForGood("kernel.unprivileged_userns_clone=1") };
}

/** Ubuntu from 23.10 on keeps programs without a profile from having rights in a namespace of their own. */
function checkAppArmor(patient: Patient): Finding | undefined {
  const value = readSysctl(patient, "kernel/apparmor_restrict_unprivileged_userns");
  if (value === undefined) return undefined;
  const name = "AppArmor";
  const setting = `kernel.apparmor_restrict_unprivileged_userns is ${value}`;
  const why = "AppArmor can keep programs without a profile of their own from using user namespaces.";
  if (value === 0) return ok(name, setting, why);
  const profile = readHost(patient, PROFILE);
  const attached = profile?.includes("userns");
  if (attached) return ok(name, `${setting}; ${PROFILE} allows them for tspod`, why);
  return {
    name,
    state: "failed",
    found: `${setting}, and there is no profile for tspod`,
    why,
    fixes: [
      asRoot(`sh -c 'printf "%s\\n" ${profileLines(programFile)} >${PROFILE}'`),
      asRoot(`apparmor_parser --replace ${PROFILE}`),
    ],
  };
}

/**
 * The profile's lines as words for a shell.
 * @param program the launcher, which the profile is attached to
 */
function profileLines(program: string): string {
  const lines = ["abi <abi/4.0>,", `profile tspod "${program}" flags=(unconfined) {`, "  userns,", "}"];
  return lines.map((line) => `"${line.replaceAll('"', '\\"')}"`).join(" ");
}

function setForGood(setting: string): Fix[] {
  const [name = ""] = setting.split("=");
  return [
    asRoot(`sysctl -w ${setting}`),
    asRoot(`sh -c 'echo ${setting} >/etc/sysctl.d/60-${name.replaceAll(/[._]/g, "-")}.conf'`),
  ];
}

/** The proof of all that: tspod's own way into the namespace, to its end. */
export async function checkNamespaceMade({ run }: Patient): Promise<Finding> {
  const name = "the namespace itself";
  const why = "All settings may be right and something else forbid it: a container around this, a policy.";
  const { code, stdout, stderr } = await run(programFile, ["unshare", "cat", "/proc/self/uid_map"]);
  if (code !== 0) {
    const found = stderr.trim().replace(/^Error: /, "") || "tspod could not be started, or did not end";
    return { name, state: "failed", found, why, fixes: [] };
  }
  const ids = stdout.split("\n").reduce((sum, line) => sum + Number(line.trim().split(/\s+/)[2] ?? 0), 0);
  return ok(name, `made, with ${ids} ids`, why);
}
