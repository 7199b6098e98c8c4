import { readFileSync, type Stats, statSync } from "node:fs";
import type { Patient } from "./finding.ts";

/** A small file's text without its last newline; undefined where it is missing or not ours to read. */
export function readHost({ root }: Pick<Patient, "root">, path: string): string | undefined {
  try {
    return readFileSync(`${root}${path}`, "utf8").trimEnd();
  } catch {
    return undefined; // each check says what a missing file means
  }
}

/** A sysctl by its path below /proc/sys; undefined where this kernel has none of that name. */
export function readSysctl(patient: Pick<Patient, "root">, name: string): number | undefined {
  const text = readHost(patient, `/proc/sys/${name}`);
  return text === undefined || text === "" ? undefined : Number(text);
}

/** Facts of a file or a device; undefined where it is missing, or behind a directory that is closed to us. */
export function statHost({ root }: Pick<Patient, "root">, path: string): Stats | undefined {
  try {
    return statSync(`${root}${path}`);
  } catch {
    return undefined; // each check says what that means
  }
}
