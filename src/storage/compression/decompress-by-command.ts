import { spawn } from "node:child_process";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { TspodError } from "../../errors.ts";

/**
 * xz and bzip2 archives are rare, and Node can't read them: the programs of that name do.
 * @throws {TspodError} (while it is read) If the program is not installed, or says that the data is damaged.
 */
export async function* decompressedByCommand(
  name: "xz" | "bzip2",
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<Buffer> {
  const child = spawn(name, ["-dc"], { stdio: ["pipe", "pipe", "pipe"] });
  let complaint = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    complaint = (complaint + text).slice(0, 500);
  });
  const ended = new Promise<void>((resolve, reject) => {
    child.once("error", (cause) =>
      reject(new TspodError(`reading ${name} data needs the program "${name}": install it`, { cause })),
    );
    child.once("close", (code) => {
      if (code === 0) resolve();
      else reject(new TspodError(`damaged ${name} data: ${complaint.trim()}`));
    });
  });
  // The program's end says why a write failed; a failed read of the source says so itself.
  const fed = pipeline(Readable.from(source, { objectMode: false }), child.stdin).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code !== "EPIPE" && error.code !== "ERR_STREAM_PREMATURE_CLOSE") throw error;
    },
  );
  fed.catch(() => child.kill());
  ended.catch(() => undefined);
  try {
    yield* child.stdout;
    await fed;
    await ended;
  } finally {
    child.kill();
  }
}
