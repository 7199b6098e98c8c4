import {
  hasGroupEntry,
  hasGroupName,
  hasPasswdEntry,
  hasPasswdName,
  lookupUser,
  type UserFiles,
} from "../../oci/lookup-user.ts";
import type { CreateOptions, HostUser } from "../../options/create-options.ts";
import { isWithin } from "../../options/is-within.ts";

/** Texts that stand in place of the image's files; absent: the image's own is right as it is. */
export interface AccountTexts {
  readonly passwd?: string;
  readonly group?: string;
}

type AccountOptions = Pick<
  CreateOptions,
  "process" | "passwd" | "groupEntry" | "passwdEntry" | "hostUsers" | "hostGroup" | "mounts"
>;

/**
 * The image's passwd and group with the entries that the container needs beside them: users of the host that
 * were asked for, and a user that runs under a bare number.
 */
export function accountTexts(files: UserFiles, options: AccountOptions): AccountTexts {
  if (!options.passwd) return {};
  const passwd = passwdText(files, options);
  const group = groupText(files, options);
  return {
    ...(passwd !== files.passwdText && { passwd }),
    ...(group !== files.groupText && { group }),
  };
}

function passwdText({ passwdText, groupText }: UserFiles, options: AccountOptions): string {
  let text = passwdText;
  const added = new Set<number>();
  for (const user of options.hostUsers) {
    if (hasPasswdName(text, user.name) || hasPasswdEntry(text, user.uid)) continue;
    added.add(user.uid);
    text = append(text, entryLine(options, { ...user, home: homeOf(user, options) }));
  }
  const [userText = ""] = options.process.user.split(":");
  // A --passwd-entry need not be one that says so itself.
  if (!isNumber(userText) || added.has(Number(userText)) || hasPasswdEntry(text, Number(userText)))
    return text;
  const { uid, gid } = lookupUser(options.process.user, { passwdText, groupText });
  return append(text, entryLine(options, { ...numbered(uid, gid), home: options.process.workdir }));
}

function groupText({ groupText }: UserFiles, { process, hostGroup, groupEntry }: AccountOptions): string {
  let text = groupText;
  if (hostGroup !== undefined && !hasGroupName(text, hostGroup.name) && !hasGroupEntry(text, hostGroup.gid))
    text = append(text, `${hostGroup.name}:x:${hostGroup.gid}:${hostGroup.member}`);
  if (process.user === "") return text;
  const [user = "", group = user] = process.user.split(":");
  if (!isNumber(group) || hasGroupEntry(text, Number(group))) return text;
  if (groupEntry !== undefined) return append(text, filledIn(groupEntry, { NAME: group, GID: group }));
  return append(text, `${Number(group)}:x:${Number(group)}:${user}`);
}

/** The user's own, where it has been mounted. */
function homeOf({ home }: HostUser, { mounts, process }: AccountOptions): string {
  const isMounted = mounts.some(({ destination }) => isWithin(home, destination));
  return isMounted ? home : process.workdir;
}

function numbered(uid: number, gid: number): Omit<HostUser, "home"> {
  return { name: String(uid), uid, gid, fullName: "container user" };
}

function entryLine({ passwdEntry }: AccountOptions, { name, uid, gid, fullName, home }: HostUser): string {
  if (passwdEntry === undefined) return `${name}:*:${uid}:${gid}:${fullName}:${home}:/bin/sh`;
  const values: Readonly<Record<string, string>> = {
    USERNAME: name,
    UID: String(uid),
    GID: String(gid),
    NAME: fullName,
    HOME: home,
  };
  return filledIn(passwdEntry, values);
}

/** A line with `$KEY` in it, with the values put in. */
function filledIn(line: string, values: Readonly<Record<string, string>>): string {
  return line.replace(/\$(USERNAME|UID|GID|NAME|HOME)/g, (whole, key: string) => values[key] ?? whole);
}

function append(text: string, line: string): string {
  return `${text}${text === "" || text.endsWith("\n") ? "" : "\n"}${line}\n`;
}

function isNumber(text: string): boolean {
  return /^\d+$/.test(text);
}
