import type { PullPolicy } from "../../image/pull/pull.ts";

/** `imagePullPolicy`; Podman's own default: an image of no tag or of `latest` may have become a newer one. */
export function pullPolicyOf(policy: string | null | undefined, image: string): PullPolicy {
  if (policy === "Always") return "always";
  if (policy === "Never") return "never";
  if (policy === "IfNotPresent") return "missing";
  const [, tag] = /:([^/:@]+)(?:@.*)?$/.exec(image) ?? [];
  const isFixed = image.includes("@") || (tag !== undefined && tag !== "latest");
  return isFixed ? "missing" : "newer";
}
