import { findProgram } from "../../os/find-program.ts";
import { programFile } from "../../os/program-files.ts";
import { llistxattr } from "../../os/xattr.ts";
import { asRoot, asUser, type Finding, ok, type Patient } from "./finding.ts";
import { readHost, statHost } from "./read-host.ts";

/** What most images need: ids from 0 to 65535. */
const ENOUGH_IDS = 65_536;
const FIRST_SUBORDINATE_ID = 100_000; // login.defs(5), SUB_UID_MIN
const S_ISUID = 0o4000; // inode(7)
const WHY = "The users in a container are these ids outside: without them a container has one user, root.";

/** A line of subuid(5). */
interface Range {
  readonly owner: string;
  readonly first: number;
  readonly size: number;
}

/** Ids of the user's own for the users of containers. @see subuid(5), subgid(5) */
export function checkSubordinateIds(patient: Patient): Finding[] {
  return (["subuid", "subgid"] as const).map((file) => checkFile(patient, file));
}

function checkFile(patient: Patient, file: "subuid" | "subgid"): Finding {
  const name = file === "subuid" ? "subordinate user ids" : "subordinate group ids";
  const ranges = parseRanges(readHost(patient, `/etc/${file}`) ?? "");
  const own = ranges.filter((range) => isOwn(range, patient));
  const count = own.reduce((sum, { size }) => sum + size, 0);
  const usermod = `usermod --add-${file}s ${freeRange(ranges)} ${patient.user}`;
  const fixes = [asRoot(usermod), asUser(`${programFile} system migrate`)];
  if (count === 0) {
    const found = `/etc/${file} has no line for ${patient.user} or ${patient.uid}`;
    return { name, state: "failed", found, why: WHY, fixes };
  }
  if (count < ENOUGH_IDS) {
    const found = `${count} in /etc/${file}: images with higher ids can't be unpacked`;
    return { name, state: "warning", found, why: WHY, fixes };
  }
  const other = ranges.find((range) => !isOwn(range, patient) && own.some((each) => overlap(each, range)));
  if (other !== undefined) {
    const found = `${count}, and ${other.owner} has some of the same: each can touch the other's files`;
    return { name, state: "warning", found, why: WHY, fixes: [] };
  }
  return ok(name, own.map(({ first, size }) => `${first}–${first + size - 1}`).join(", "), WHY);
}

function parseRanges(text: string): Range[] {
  return text
    .split("\n")
    .map((line) => line.split(":"))
    .filter((fields) => fields.length === 3)
    .map(([owner = "", first, size]) => ({ owner, first: Number(first), size: Number(size) }));
}

/** newuidmap looks for the name and for the number. */
function isOwn({ owner }: Range, { user, uid }: Patient): boolean {
  return owner === user || owner === String(uid);
}

function overlap(a: Range, b: Range): boolean {
  return a.first < b.first + b.size && b.first < a.first + a.size;
}

/** A range behind all that are given away, as usermod(8) wants it. */
function freeRange(ranges: readonly Range[]): string {
  const first = Math.max(FIRST_SUBORDINATE_ID, ...ranges.map((range) => range.first + range.size));
  return `${first}-${first + ENOUGH_IDS - 1}`;
}

/** The two programs with rights that write the maps of a namespace. @see newuidmap(1) */
export function checkMapPrograms(patient: Patient): Finding[] {
  return ["newuidmap", "newgidmap"].map((program) => checkMapProgram(patient, program));
}

function checkMapProgram(patient: Patient, name: string): Finding {
  const why = "The kernel lets only a program with rights give a namespace more than the user's own id.";
  const file = findProgram(name, patient.env.PATH);
  if (file === undefined) {
    const fixes = [asRoot("apt-get install uidmap")];
    return { name, state: "failed", found: "not installed", why, fixes };
  }
  const facts = statHost({ root: "" }, file);
  const isSetuid = facts !== undefined && facts.uid === 0 && (Number(facts.mode) & S_ISUID) !== 0;
  if (isSetuid) return ok(name, `${file}, setuid root`, why);
  if (llistxattr(file).includes("security.capability"))
    return ok(name, `${file}, with a file capability`, why);
  const found = `${file} has lost its rights: it is neither setuid root nor has it a capability`;
  return { name, state: "failed", found, why, fixes: [asRoot(`chmod u+s ${file}`)] };
}
