/** The `f_type` of statfs(2), under the names that `podman info` has. */
const NAMES: ReadonlyMap<number, string> = new Map([
  [0xef53, "extfs"],
  [0x9123683e, "btrfs"],
  [0x58465342, "xfs"],
  [0x2fc12fc1, "zfs"],
  [0x01021994, "tmpfs"],
  [0x794c7630, "overlayfs"],
  [0x6969, "nfs"],
  [0xff534d42, "cifs"],
  [0xfe534d42, "smb2"],
  [0x65735546, "fuse"],
  [0xf15f, "ecryptfs"],
  [0x5346414f, "afs"],
  [0xbeefdead, "9p"],
]);

/** Undefined where the kind of file system has no name here. */
export function fileSystemName(type: number): string | undefined {
  return NAMES.get(type);
}
