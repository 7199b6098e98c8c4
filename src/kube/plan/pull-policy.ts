import type { PullPolicy } from "../../image/pull/pull.ts";
import { ownValue } from "../../oci/shape.ts";

const POLICIES: Readonly<Record<string, PullPolicy>> = {
  always: "always",
  never: "never",
  missing: "missing",
  ifmissing: "missing",
  ifnotpresent: "missing",
  newer: "newer",
  ifnewer: "newer",
};

/**
 * `imagePullPolicy`, in Podman's words as well; Podman's own default: an image of no tag or of `latest` may
 * have become a newer one.
 */
export function pullPolicyOf(policy: string | null | undefined, image: string): PullPolicy {
  const asked = ownValue(POLICIES, policy?.toLowerCase() ?? "");
  if (asked !== undefined) return asked;
  const [, tag] = /:([^/:@]+)(?:@.*)?$/.exec(image) ?? [];
  const isFixed = image.includes("@") || (tag !== undefined && tag !== "latest");
  return isFixed ? "missing" : "newer";
}
