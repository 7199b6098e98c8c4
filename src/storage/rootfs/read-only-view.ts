import type { RootfsPlan } from "./rootfs.ts";

/**
 * A second overlay over the same upper directory may not be made; one in which that is one of the lower ones
 * may.
 */
export function readOnlyView(plan: RootfsPlan): RootfsPlan {
  const mounts = plan.mounts.map((step) => ({ ...step, data: asLower(step.data) }));
  return { ...plan, mounts };
}

/** `lowerdir=A:B,upperdir=U,workdir=W,userxattr` → `lowerdir=U:A:B,userxattr` (storage/rootfs.ts). */
function asLower(data: string): string {
  return data.replace(/^lowerdir=(.*),upperdir=(.*),workdir=.*,userxattr$/, "lowerdir=$2:$1,userxattr");
}
