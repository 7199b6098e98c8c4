import { execFileSync } from "node:child_process";
import { accessSync, constants, existsSync, lstatSync, realpathSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { TarEntry } from "./tar-archive.ts";

/**
 * Layers of an image with programs of the Debian that the test runs on: the files of packages that are
 * installed here, and of what these depend on, with the accounts and settings that their installation would
 * make. 40 MB for bash, coreutils, sudo and what they need.
 */
export function debianLayers(packages: readonly string[]): (Buffer | TarEntry[])[] {
  return [filesOf(withDependencies(packages)), settings()];
}

/** The packages and all that they depend on: of alternatives the first that is installed. */
function withDependencies(packages: readonly string[]): string[] {
  const fields = ["Package", "db:Status-Status", "Pre-Depends", "Depends", "Provides"];
  const format = `${fields.map((field) => `\${${field}}`).join("\t")}\n`;
  const installed = new Map<string, string>();
  const providers = new Map<string, string>();
  for (const line of execFileSync("dpkg-query", ["-W", "-f", format], { encoding: "utf8" }).split("\n")) {
    const [name = "", status, before = "", depends = "", provides = ""] = line.split("\t");
    if (status !== "installed") continue;
    installed.set(name, `${before}, ${depends}`);
    for (const provided of namesIn(provides)) providers.set(provided, name);
  }
  const isThere = (name: string) => installed.has(name) || providers.has(name);
  const choose = (field: string) => namesIn(field.replaceAll("|", ",")).find(isThere);
  const found = new Set<string>();
  const wanted = packages.map((name) => choose(name) ?? missing(name));
  for (let name = wanted.pop(); name !== undefined; name = wanted.pop()) {
    const one = installed.has(name) ? name : (providers.get(name) ?? name);
    if (found.has(one)) continue;
    found.add(one);
    wanted.push(...(installed.get(one) ?? "").split(",").flatMap((field) => choose(field) ?? []));
  }
  return [...found];
}

function missing(name: string): never {
  throw new Error(`'${name}' is missing: apt-get install ${name}`);
}

/** `a (>= 1), b:any` → a, b. */
function namesIn(field: string): string[] {
  return field
    .split(",")
    .map((text) => text.trim().replace(/[ (:].*/, ""))
    .filter(Boolean);
}

/** What nobody needs in a test, and what only root can read. */
const LEFT_OUT = /^\/usr\/share\/(?:doc|man|locale|info|lintian|bug)\/|\/gconv\/|^\/usr\/lib\/python/;

/** The files that a package's installation has copied for it. */
const COPIED = ["auth", "account", "password", "session", "session-noninteractive"].map(
  (what) => `/etc/pam.d/common-${what}`,
);

/** A tar of all files of these packages, each by the path that it has behind the links of a merged /usr. */
function filesOf(packages: readonly string[]): Buffer {
  const listed = execFileSync("dpkg-query", ["-L", ...packages], { encoding: "utf8" }).split("\n");
  const directories = new Map<string, string>();
  const resolved = (directory: string) => {
    const known = directories.get(directory) ?? realpathSync(directory);
    directories.set(directory, known);
    return known;
  };
  const paths = new Set(["/bin", "/sbin", "/lib", "/lib64"].filter((path) => existsSync(path)));
  for (const path of [...listed, "/etc/nsswitch.conf", ...COPIED])
    if (/^\/./.test(path) && path !== "/." && !LEFT_OUT.test(path) && isReadable(path))
      paths.add(join(resolved(dirname(path)), basename(path)));
  return execFileSync(
    "tar",
    [
      "-C",
      "/",
      "--no-recursion",
      "--owner=0",
      "--group=0",
      "--numeric-owner",
      "--null",
      "-T",
      "-",
      "-cf",
      "-",
    ],
    {
      input: [...paths]
        .sort()
        .map((path) => `${path.slice(1)}\0`)
        .join(""),
      maxBuffer: 2 ** 28,
    },
  );
}

function isReadable(path: string): boolean {
  try {
    if (!lstatSync(path).isSymbolicLink()) accessSync(path, constants.R_OK);
    return true;
  } catch {
    return false; // /etc/sudoers is root's; a file may have been removed by the machine's owner
  }
}

/** Accounts and settings. */
function settings(): TarEntry[] {
  const accounts = ["root", "daemon", "nobody"];
  return [
    ...["home/", "media/", "mnt/", "opt/", "proc/", "root/", "run/", "srv/", "sys/"].map((path) => ({
      path,
    })),
    { path: "tmp/", mode: 0o1777 },
    {
      path: "etc/passwd",
      content:
        "root:x:0:0:root:/root:/bin/bash\ndaemon:x:1:1::/:/bin/false\nnobody:x:65534:65534::/:/bin/false\n",
    },
    { path: "etc/group", content: "root:x:0:\ndaemon:x:1:\nsudo:x:27:\nnogroup:x:65534:\n" },
    {
      path: "etc/shadow",
      mode: 0o600,
      content: accounts.map((name) => `${name}:*:19000:0:99999:7:::\n`).join(""),
    },
    { path: "etc/gshadow", mode: 0o600, content: "root:*::\ndaemon:*::\nsudo:*::\nnogroup:*::\n" },
    { path: "etc/sudoers.d/", mode: 0o750 },
    {
      path: "etc/sudoers",
      mode: 0o440,
      content: "root ALL=(ALL:ALL) ALL\n%sudo ALL=(ALL:ALL) NOPASSWD: ALL\n@includedir /etc/sudoers.d\n",
    },
  ];
}
