import { DEFAULT_CAPABILITIES, knownCapabilities, mergeCapabilities } from "../../oci/capability.ts";
import type { SpecCapabilities } from "../../oci/runtime-spec.ts";
import type { SecurityOptions } from "../../options/create-options.ts";

/** The bounding set of a container. */
export function boundingCapabilities(security: SecurityOptions, last: number): string[] {
  if (security.privileged) return knownCapabilities(last);
  return mergeCapabilities(security.defaultCapabilities ?? DEFAULT_CAPABILITIES, {
    add: security.capAdd,
    drop: security.capDrop,
    last,
  });
}

/**
 * All sets of a process: root has what the bounding set has, any other user only what --cap-add names.
 * @param last number of the last capability that this kernel knows
 */
export function processCapabilities(
  security: SecurityOptions,
  { user, last }: { user: { readonly uid: number }; last: number },
): { capabilities: SpecCapabilities } {
  const bounding = boundingCapabilities(security, last);
  if (user.uid === 0) {
    return {
      capabilities: { bounding, effective: bounding, permitted: bounding, inheritable: [], ambient: [] },
    };
  }
  const asked = security.capAddOnlyBounds ? [] : security.capAdd;
  const added = mergeCapabilities([], { add: asked, drop: [], last }).filter((name) =>
    bounding.includes(name),
  );
  return {
    capabilities: { bounding, effective: added, permitted: added, inheritable: added, ambient: added },
  };
}
