import { mkdtempSync, rmSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { findProgram } from "../../os/find-program.ts";
import { programFile } from "../../os/program-files.ts";
import { fileSystemName } from "../../rootless/file-system-name.ts";
import { asRoot, byHand, type Finding, ok, type Patient } from "./finding.ts";

/** Those whose server or program knows nothing of ids that are ours only in a namespace. */
const UNFIT: readonly string[] = ["nfs", "cifs", "smb2", "afs", "9p", "ecryptfs"];
const LITTLE = 1024 ** 3;

/** The file system that images are unpacked on. */
export async function checkStorePlace(patient: Patient): Promise<Finding[]> {
  const directory = existingParent(patient.store);
  return [
    checkKind(patient, directory),
    checkRoom(patient, directory),
    await checkOverlay(patient, directory),
  ];
}

function existingParent(path: string): string {
  return statSync(path, { throwIfNoEntry: false }) === undefined ? existingParent(dirname(path)) : path;
}

function checkKind({ store, statfs }: Patient, directory: string): Finding {
  const name = "the store's file system";
  const why = "Files in it belong to many ids: file systems of a network refuse that.";
  const { type } = statfs(directory);
  const kind = fileSystemName(type) ?? `of type 0x${type.toString(16)}`;
  const found = `${store} is on ${kind}`;
  if (!UNFIT.includes(kind)) return ok(name, found, why);
  const fixes = [byHand("keep the store on a local disk: --root DIRECTORY, or XDG_DATA_HOME")];
  return { name, state: "failed", found, why, fixes };
}

function checkRoom({ store, statfs }: Patient, directory: string): Finding {
  const name = "room for images";
  const why = "Pulls and containers fail when the disk is full; nothing that was there is lost.";
  const { bavail, bsize, ffree, files } = statfs(directory);
  const bytes = bavail * bsize;
  const found = `${(bytes / 1024 ** 3).toFixed(1)} GiB free for ${store}`;
  const fixes = [byHand("remove what nothing uses: tspod system prune --all")];
  if (bytes < LITTLE) return { name, state: "warning", found, why, fixes };
  if (files > 0 && ffree < files / 100) {
    return { name, state: "warning", found: `${found}, but only ${ffree} inodes`, why, fixes };
  }
  return ok(name, found, why);
}

/**
 * An overlay is mounted there and a file of its lower layer removed, in a directory that is removed again, as
 * the store itself does at its first use.
 */
async function checkOverlay({ run, env }: Patient, directory: string): Promise<Finding> {
  const name = "overlay";
  const why =
    "A container's files are layers laid over each other: without it each container is a full copy.";
  let place: string;
  try {
    place = mkdtempSync(join(directory, ".tspod-doctor-"));
  } catch (error) {
    const found = `nothing can be written to ${directory}: ${(error as Error).message}`;
    return { name, state: "failed", found, why, fixes: [asRoot(`chown $(id -u) ${directory}`)] };
  }
  try {
    const { code } = await run(programFile, ["unshare", "sh", "-c", PROBE, "sh", place]);
    if (code === 0) return ok(name, "the kernel's own works there", why);
  } finally {
    rmSync(place, { recursive: true, force: true });
  }
  if (findProgram("fuse-overlayfs", env.PATH) !== undefined) {
    return ok(name, "the kernel's own doesn't work there, and fuse-overlayfs is installed", why);
  }
  const fixes = [asRoot("apt-get install fuse-overlayfs")];
  return { name, state: "warning", found: "the kernel's own doesn't work there", why, fixes };
}

const PROBE = `cd "$1" && mkdir lower upper work merged && : >lower/file &&
mount -t overlay overlay -o lowerdir=lower,upperdir=upper,workdir=work,userxattr merged &&
rm merged/file && ! test -e merged/file; code=$?; umount -l merged 2>/dev/null; rm -rf work upper lower merged; exit $code`;
