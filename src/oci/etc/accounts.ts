import { hasGroupEntry, hasPasswdEntry, type ResolvedUser, type UserFiles } from "../lookup-user.ts";

/** Texts that stand in place of the image's files; absent: the image's own is right as it is. */
export interface AccountTexts {
  readonly passwd?: string;
  readonly group?: string;
}

/** What the entries for a user without one say. */
export interface AccountDefaults {
  /** Working directory, which becomes the home directory. */
  readonly home: string;
  /** Name for the user of --userns keep-id. */
  readonly name?: string | undefined;
  /** --passwd-entry, with $USERNAME, $UID, $GID, $NAME and $HOME in it. */
  readonly entry?: string | undefined;
}

/** The image's passwd and group, with entries for a user that runs under a bare number. */
export function accountTexts(files: UserFiles, user: ResolvedUser, defaults: AccountDefaults): AccountTexts {
  const { home, name = String(user.uid) } = defaults;
  const entry =
    defaults.entry === undefined
      ? `${name}:*:${user.uid}:${user.gid}:${defaults.name === undefined ? "container user" : ""}:${home}:/bin/sh`
      : expand(defaults.entry, {
          USERNAME: name,
          UID: String(user.uid),
          GID: String(user.gid),
          NAME: name,
          HOME: home,
        });
  const groupLine = `${defaults.name ?? user.gid}:x:${user.gid}:${name}`;
  return {
    ...(!hasPasswdEntry(files.passwdText, user.uid) && { passwd: append(files.passwdText, entry) }),
    ...(!hasGroupEntry(files.groupText, user.gid) && { group: append(files.groupText, groupLine) }),
  };
}

function append(text: string, line: string): string {
  return `${text}${text === "" || text.endsWith("\n") ? "" : "\n"}${line}\n`;
}

function expand(text: string, values: Readonly<Record<string, string>>): string {
  return text.replace(/\$(\w+)/g, (whole, name: string) => values[name] ?? whole);
}
