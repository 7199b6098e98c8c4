import { resolve } from "node:path";
import { TspodError } from "../../errors.ts";
import { parseCapability } from "../../oci/capability.ts";
import type { CreateOptions, SecurityOptions } from "../../options/create-options.ts";
import { isWithin } from "../../options/is-within.ts";
import type { SecurityContext } from "../types/container.ts";
import type { Maybe } from "../types/metadata.ts";
import type { PodSecurityContext } from "../types/pod.ts";
import type { SeccompProfile } from "../types/security-profile.ts";

export interface SecurityContexts {
  readonly pod: Maybe<PodSecurityContext>;
  readonly container: Maybe<SecurityContext>;
  /** Absolute path of the directory that `localhostProfile` is below. */
  readonly profileRoot: string;
}

/** What both contexts say: the container's context wins over the pod's, and that over the defaults. */
export function securityOptions(base: SecurityOptions, contexts: SecurityContexts): SecurityOptions {
  const { pod, container } = contexts;
  const seccomp = container?.seccompProfile ?? pod?.seccompProfile;
  const appArmor = appArmorName(container?.appArmorProfile ?? pod?.appArmorProfile);
  const seLinux = Object.entries(container?.seLinuxOptions ?? pod?.seLinuxOptions ?? {});
  return {
    ...base,
    privileged: container?.privileged ?? false,
    capAdd: [...base.capAdd, ...(container?.capabilities?.add ?? []).map(parseCapability)],
    capDrop: [...base.capDrop, ...(container?.capabilities?.drop ?? []).map(parseCapability)],
    noNewPrivileges: container?.allowPrivilegeEscalation === false || base.noNewPrivileges,
    readOnly: container?.readOnlyRootFilesystem ?? base.readOnly,
    ...(container?.procMount === "Unmasked" && { unmask: ["ALL"], raw: [...base.raw, "unmask=all"] }),
    ...(seLinux.length > 0 && { labelOptions: seLinux.map(([name, value]) => `${name}:${value}`) }),
    ...seccompOption(seccomp, contexts.profileRoot),
    ...(appArmor !== undefined && { apparmor: appArmor }),
  };
}

function seccompOption(profile: Maybe<SeccompProfile>, root: string): Pick<SecurityOptions, "seccomp"> {
  if (profile?.type === "Unconfined") return { seccomp: { kind: "unconfined" } };
  if (profile?.type !== "Localhost") return {};
  const name = profile.localhostProfile;
  const path = resolve(root, name ?? "");
  if (!name || path === root || !isWithin(path, root))
    throw new TspodError(
      `seccompProfile: "${name ?? ""}" is no path below the directory of profiles, ${root} (--seccomp-profile-root)`,
    );
  return { seccomp: { kind: "file", path } };
}

function appArmorName(profile: Maybe<SeccompProfile>): string | undefined {
  if (profile?.type === "Unconfined") return "unconfined";
  return profile?.type === "Localhost" ? (profile.localhostProfile ?? undefined) : undefined;
}

/**
 * Whom the container runs as.
 * @param imageUser `USER[:GROUP]` of the image; empty: root
 * @throws {TspodError} If it is to run as anybody but root, and would run as root.
 */
export function userOption(imageUser: string, { pod, container }: SecurityContexts): string {
  const uid = container?.runAsUser ?? pod?.runAsUser ?? undefined;
  const gid = container?.runAsGroup ?? pod?.runAsGroup ?? undefined;
  const [imageUid = ""] = imageUser.split(":");
  const user = uid === undefined ? imageUid : `${uid}`;
  if (container?.runAsNonRoot ?? pod?.runAsNonRoot) checkNonRoot(user);
  if (uid === undefined && gid === undefined) return imageUser;
  return gid === undefined ? user : `${user || "0"}:${gid}`;
}

function checkNonRoot(user: string): void {
  if (user === "" || user === "root" || /^0+$/.test(user))
    throw new TspodError(
      "runAsNonRoot: the container would run as root: set runAsUser, or use an image with another user",
    );
  if (!/^\d+$/.test(user))
    throw new TspodError(
      `runAsNonRoot: whether the image's user "${user}" is root is not known before the container runs: set runAsUser`,
    );
}

/** Groups that all processes of the pod are in. */
export function groupOptions(
  base: CreateOptions["process"]["groups"],
  pod: Maybe<PodSecurityContext>,
): string[] {
  const { fsGroup, supplementalGroups } = pod ?? {};
  const groups = [
    ...(supplementalGroups ?? []),
    ...(fsGroup === null || fsGroup === undefined ? [] : [fsGroup]),
  ];
  return [...new Set([...base, ...groups.map(String)])];
}
