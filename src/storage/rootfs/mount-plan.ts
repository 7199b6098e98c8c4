import { TspodError } from "../../errors.ts";
import { MNT_DETACH, mount, umount } from "../../os/mount.ts";
import { waitpid } from "../../os/process.ts";
import { spawn } from "../../os/spawn.ts";
import { inDirectory } from "../../os/working-directory.ts";
import type { MountStep, RootfsPlan } from "./rootfs.ts";

/** Do in this call's mount namespace what the monitor does at a start. */
export function mountPlan(plan: RootfsPlan, undo: DisposableStack): void {
  for (const [file = "", ...rest] of plan.prepare) {
    const { code } = waitpid(spawn({ file, argv: [file, ...rest], env: process.env, fds: [-1, -1, -1] }));
    if (code !== 0) throw new TspodError(`mounting the root filesystem: ${file} failed: exit status ${code}`);
  }
  for (const step of plan.mounts) mountStep(step);
  if (plan.prepare.length + plan.mounts.length > 0) undo.defer(() => umount(plan.path, MNT_DETACH));
}

function mountStep({ source, target, type, flags, data, cwd }: MountStep): void {
  const step = (): void => mount(source, target, { type, flags, data });
  if (cwd === "") step();
  else inDirectory(cwd, step);
}
