import { TspodError } from "../../errors.ts";
import type { Call } from "../define-command.ts";
import type { FlagTable } from "../flags/flag.ts";
import { isJsonFormat, isJsonLinesFormat, toJson } from "./json.ts";
import { renderTable } from "./table.ts";

/** Something that is mounted. */
export interface MountLine {
  /** First column. */
  readonly title: string;
  readonly path: string;
  /** What JSON says of it beside the path. */
  readonly json: object;
}

/** @throws {TspodError} If the format is neither nothing nor JSON. */
export function printMounts<T extends FlagTable>(
  call: Call<T>,
  lines: readonly MountLine[],
  format: string | undefined,
): void {
  if (isJsonFormat(format) || isJsonLinesFormat(format)) {
    const mounts = lines.map(({ json, path }) => ({ ...json, mountpoint: path }));
    call.print(toJson(mounts, 1));
    return;
  }
  if (format) throw new TspodError(`unknown --format argument: "${format}"`);
  call.write(renderTable(lines.map(({ title, path }) => [title, path])));
}
