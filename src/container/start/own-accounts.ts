import { givenRootfs } from "../../options/container-record.ts";
import type { HostUser } from "../../options/create-options.ts";
import { type AccountTexts, accountTexts } from "../../spec/etc/accounts.ts";
import type { ContainerRootfs } from "../rootfs/container-rootfs.ts";
import { type AccountFiles, readAccountFiles } from "../rootfs/image-accounts.ts";
import type { Container } from "../state/list.ts";

/** The accounts of a run. */
export interface PlacedAccounts extends AccountFiles {
  /** What has to be bound over the container's files, since they can't be changed. */
  readonly bound: AccountTexts;
}

/**
 * Give a container the users and groups that it needs beside its image's. They are written into its own
 * passwd and group, as Podman does, so that useradd, chpasswd and what else replaces these files works: over
 * a mount nobody can rename. Called before anything of it is mounted.
 */
export async function placeAccounts(
  { record, paths }: Container,
  rootfs: ContainerRootfs,
): Promise<PlacedAccounts> {
  const { options } = record;
  // With ids of its own its layers are copies with other owners, which it sees as those of the image.
  const given = givenRootfs(options);
  const directories = given === undefined ? [`${paths.directory}/upper`, ...rootfs.lowers] : [given];
  const own = readAccountFiles(directories);
  const hostUsers = [...(await askedHostUsers(record)), ...options.hostUsers];
  const wanted = accountTexts(own, { ...options, hostUsers });
  const bound = mayWrite({ record, paths }, rootfs)
    ? await unwritten(wanted, { directories, paths })
    : wanted;
  return {
    passwdText: wanted.passwd ?? own.passwdText,
    // Without what was added: a bare number is no member of the group that was made for it.
    groupText: own.groupText,
    bound,
  };
}

async function askedHostUsers(record: Container["record"]): Promise<readonly HostUser[]> {
  if (record.options.hostUserNames === undefined) return [];
  return (await import("./host-accounts.ts")).askedHostUsers(record);
}

/** A mount elsewhere in /etc leaves these two as they are: distrobox has /etc/hosts mounted. */
const COVERS_ACCOUNTS = /^\/(?:etc(?:\/(?:passwd|group))?)?$/;

/** Not where its files are the user's own, or not to be changed, or mounted somewhere while we look. */
function mayWrite(
  { record: { options } }: Pick<Container, "record" | "paths">,
  { driver, mounted }: ContainerRootfs,
): boolean {
  const covered = options.mounts.some(({ destination }) => COVERS_ACCOUNTS.test(destination));
  return (
    givenRootfs(options) === undefined &&
    !options.security.readOnly &&
    !covered &&
    !mounted &&
    driver !== "copy"
  );
}

async function unwritten(
  wanted: AccountTexts,
  { directories, paths }: { directories: readonly string[]; paths: Container["paths"] },
): Promise<AccountTexts> {
  const { passwd, group } = wanted;
  if (passwd === undefined && group === undefined) return wanted;
  const { writeOwn } = await import("./write-own.ts");
  const write = (name: "passwd" | "group", text: string): boolean =>
    writeOwn(directories, { name, text, fresh: paths[name] });
  return {
    ...(passwd !== undefined && !write("passwd", passwd) && { passwd }),
    ...(group !== undefined && !write("group", group) && { group }),
  };
}
