import { TspodError } from "../errors.ts";

/** The user that a process runs as. */
export interface ResolvedUser {
  readonly uid: number;
  readonly gid: number;
  /** Supplementary groups, the primary one among them where /etc/group lists the user there. */
  readonly additionalGids: readonly number[];
  /** Login name; absent where passwd has no entry. */
  readonly name?: string;
  /** Home directory; absent where passwd has no entry. */
  readonly home?: string;
}

/** Texts of the files that hold users and groups; empty where there are none. */
export interface UserFiles {
  readonly passwdText: string;
  readonly groupText: string;
}

interface PasswdEntry {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
  readonly home: string;
}

interface GroupEntry {
  readonly name: string;
  readonly gid: number;
  readonly members: readonly string[];
}

const ID_MAX = 2147483647;

/**
 * Finds `user[:group]` (names or numbers) in an image's passwd and group. A number needs no entry. Without a
 * group the user's own applies (0 where there is no entry), with the groups that list the user as a member;
 * with a group, that group alone.
 * @throws {TspodError} If a name is not there or a number is out of range.
 */
export function lookupUser(text: string, files: UserFiles): ResolvedUser {
  const [userText = "", groupText = ""] = splitOnce(text, ":");
  const passwd = parsePasswd(files.passwdText);
  const entry = findUser(userText, passwd);
  const uid = entry?.uid ?? parseId(userText === "" ? "0" : userText);
  const groups = parseGroup(files.groupText);
  const gid = groupText === "" ? (entry?.gid ?? 0) : lookupGroup(groupText, groups);
  const additionalGids = groupText === "" && entry !== undefined ? groupsOf(entry.name, groups) : [];
  return { uid, gid, additionalGids, ...(entry !== undefined && { name: entry.name, home: entry.home }) };
}

/**
 * Numbers of --group-add's groups.
 * @throws {TspodError} If a name is not there.
 */
export function lookupGroups(names: readonly string[], files: UserFiles): number[] {
  const groups = parseGroup(files.groupText);
  return names.map((name) => lookupGroup(name, groups));
}

/** Whether a user has that number: an /etc/passwd line is added otherwise. */
export function hasPasswdEntry(passwdText: string, uid: number): boolean {
  return parsePasswd(passwdText).some((entry) => entry.uid === uid);
}

/** Whether a user has that name. */
export function hasPasswdName(passwdText: string, name: string): boolean {
  return parsePasswd(passwdText).some((entry) => entry.name === name);
}

/** Whether a group has that name. */
export function hasGroupName(groupText: string, name: string): boolean {
  return parseGroup(groupText).some((entry) => entry.name === name);
}

/** Whether a group has that number. */
export function hasGroupEntry(groupText: string, gid: number): boolean {
  return parseGroup(groupText).some((entry) => entry.gid === gid);
}

function findUser(text: string, passwd: readonly PasswdEntry[]): PasswdEntry | undefined {
  if (text === "") return passwd.find(({ uid }) => uid === 0);
  // A name counts before a number, since a user may be called "1000".
  const byName = passwd.find(({ name }) => name === text);
  if (byName !== undefined) return byName;
  if (!isNumber(text)) {
    throw new TspodError(`unable to find user ${text}: no matching entries in passwd file`);
  }
  const id = parseId(text);
  return passwd.find(({ uid }) => uid === id);
}

function lookupGroup(text: string, groups: readonly GroupEntry[]): number {
  const byName = groups.find(({ name }) => name === text);
  if (byName !== undefined) return byName.gid;
  if (!isNumber(text)) {
    throw new TspodError(`unable to find group ${text}: no matching entries in group file`);
  }
  return parseId(text);
}

function groupsOf(user: string, groups: readonly GroupEntry[]): number[] {
  return groups.filter(({ members }) => members.includes(user)).map(({ gid }) => gid);
}

function parsePasswd(text: string): PasswdEntry[] {
  return text.split("\n").flatMap((line) => {
    const [name = "", , uid = "", gid = "", , home = ""] = line.split(":");
    return name === "" || name.startsWith("#") || !isNumber(uid) || !isNumber(gid)
      ? []
      : [{ name, uid: Number(uid), gid: Number(gid), home }];
  });
}

function parseGroup(text: string): GroupEntry[] {
  return text.split("\n").flatMap((line) => {
    const [name = "", , gid = "", members = ""] = line.trimEnd().split(":");
    return name === "" || name.startsWith("#") || !isNumber(gid)
      ? []
      : [{ name, gid: Number(gid), members: members.split(",").filter(Boolean) }];
  });
}

function parseId(text: string): number {
  const id = Number(text);
  if (id < 0 || id > ID_MAX) throw new TspodError(`uids and gids must be in range 0-${ID_MAX}`);
  return id;
}

function isNumber(text: string): boolean {
  return /^-?\d+$/.test(text);
}

function splitOnce(text: string, separator: string): [string, string] {
  const index = text.indexOf(separator);
  return index < 0 ? [text, ""] : [text.slice(0, index), text.slice(index + 1)];
}
