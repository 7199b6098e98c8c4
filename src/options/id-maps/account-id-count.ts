import type { UserFiles } from "../../oci/lookup-user.ts";

/** How many ids the accounts of an image take, without `nobody`. */
export function accountIdCount({ passwdText, groupText }: UserFiles): number {
  const numbers = (text: string, columns: readonly number[]): number[] =>
    text
      .split("\n")
      .map((line) => line.split(":"))
      .filter(([name]) => name !== "nobody")
      .flatMap((fields) => columns.map((column) => Number(fields[column] ?? 0)))
      .filter(Number.isSafeInteger);
  return 1 + Math.max(0, ...numbers(passwdText, [2, 3]), ...numbers(groupText, [2]));
}
