import { createReadStream, fstatSync, openSync } from "node:fs";
import { Socket } from "node:net";
import { resolve } from "node:path";
import { addAbortSignal, type Readable } from "node:stream";
import { type Call, defineCommand } from "../../cli/define-command.ts";
import { NotFoundError, TspodError } from "../../errors.ts";
import { hasCode } from "../../os/system-error.ts";
import { findVolume } from "../../volume/find-volume.ts";

export const command = defineCommand({
  name: "volume import",
  operands: "VOLUME SOURCE",
  summary: "Add what is in a tar to a volume",
  description: `Unpacks a tar into a volume that is there: a file, or standard input where it is \`-\`; uncompressed, or compressed with gzip, zstd, xz or bzip2. What the volume has stays, unless the tar has something of the same name: that takes its place, and only directories are merged. Owners are the numbers in the tar.

    Nothing in the tar can be written outside of the volume. A tar that is damaged, or has devices, is refused at that place; what came before is in the volume.`,
  examples: [
    { line: "tspod volume import data data.tar.gz", help: "a file" },
    { line: "tspod volume export data | tspod volume import copy -", help: "from one volume into another" },
  ],
  flags: {},
  minOperands: 2,
  maxOperands: 2,
  complete: ["volume", "file"],
  async run(call) {
    const [name = "", asked = ""] = call.operands;
    const source = openSource(call, asked);
    const volume = findVolume(call.store(), name);
    const { importVolume } = await import("../../volume/import-volume.ts");
    await importVolume(
      { store: call.store(), env: call.env },
      volume,
      reading(addAbortSignal(call.signal, source), { asked, volume: volume.name }),
    );
  },
});

function openSource({ cwd, terminal }: Pick<Call, "cwd" | "terminal">, asked: string): Readable {
  if (asked === "-") {
    if (terminal.stdin) throw new TspodError("cannot read from terminal, use command-line redirection");
    return process.stdin;
  }
  if (asked.includes(":"))
    throw new TspodError(`invalid filename (should not contain ':') ${JSON.stringify(asked)}`);
  try {
    const fd = openSync(resolve(cwd, asked), "r");
    // A pipe whose writer says nothing would keep a thread in read(2), where no signal ends it.
    return fstatSync(fd).isFIFO()
      ? new Socket({ fd, readable: true, writable: false })
      : createReadStream("", { fd });
  } catch (cause) {
    if (hasCode(cause, "ENOENT"))
      throw new NotFoundError(`unable open input file: open ${asked}: no such file or directory`);
    if (hasCode(cause, "EACCES"))
      throw new TspodError(`unable open input file: open ${asked}: permission denied`);
    throw new TspodError(`opening ${JSON.stringify(asked)}`, { cause });
  }
}

/** Failures to read are of the source, not of the volume. */
async function* reading(
  source: Readable,
  { asked, volume }: { asked: string; volume: string },
): AsyncGenerator<Uint8Array> {
  try {
    yield* source;
  } catch (cause) {
    if (hasCode(cause, "EISDIR"))
      throw new TspodError(`extracting into volume ${volume}: read ${asked}: is a directory`);
    if (cause instanceof Error && cause.name === "AbortError") throw cause;
    throw new TspodError(`reading ${JSON.stringify(asked)}`, { cause });
  }
}
