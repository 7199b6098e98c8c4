import { spawn } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { buffer, text } from "node:stream/consumers";
import { TspodError } from "../../errors.ts";

/** Keys that signatures are checked with, and nothing of the user's own. Dispose of it to delete them. */
export interface GpgKeys extends Disposable {
  /**
   * Returns the signed content.
   * @throws {TspodError} If it is not signed by exactly one of the keys, which must be neither expired nor
   *   revoked.
   */
  verify(signature: Uint8Array): Promise<Buffer>;
}

const OPTIONS = ["--batch", "--no-tty", "--no-options", "--no-autostart", "--trust-model", "always"];

/**
 * Read OpenPGP public keys, armoured or not, into a key ring of their own.
 * @throws {TspodError} If there is no gpg, or no key in them.
 */
export async function importGpgKeys(keys: readonly Uint8Array[]): Promise<GpgKeys> {
  using undo = new DisposableStack();
  const home = mkdtempSync(join(tmpdir(), "tspod-gpg-"));
  undo.defer(() => rmSync(home, { recursive: true, force: true }));
  const trusted = new Set<string>();
  for (const key of keys) {
    const { status } = await runGpg(home, ["--import"], key);
    for (const [, fingerprint = ""] of status.matchAll(/^\[GNUPG:\] IMPORT_OK \d+ ([0-9A-F]+)$/gm))
      trusted.add(fingerprint);
  }
  if (trusted.size === 0) throw new TspodError("No public keys imported");
  const owned = undo.move();
  return {
    verify: (signature) => verify(home, signature, trusted),
    [Symbol.dispose]: () => owned.dispose(),
  };
}

/** Whose keys these are: the addresses in their names, or the names. Empty where there is no key. */
export async function gpgIdentities(keys: Uint8Array): Promise<string[]> {
  using undo = new DisposableStack();
  const home = mkdtempSync(join(tmpdir(), "tspod-gpg-"));
  undo.defer(() => rmSync(home, { recursive: true, force: true }));
  const { output } = await runGpg(home, ["--with-colons", "--show-keys"], keys);
  const names = [...output.toString("utf8").matchAll(/^uid:(?:[^:]*:){8}([^:]+):/gm)].map(
    ([, name = ""]) => name,
  );
  return names.map((name) => /<(.*)>/.exec(name)?.[1] ?? name);
}

async function verify(home: string, signature: Uint8Array, trusted: ReadonlySet<string>): Promise<Buffer> {
  const { code, status, output } = await runGpg(home, ["--output", "-", "--decrypt"], signature);
  const words = [...status.matchAll(/^\[GNUPG:\] (\S+) ?(.*)$/gm)].map(([, word = "", rest = ""]) => ({
    word,
    rest,
  }));
  const count = (wanted: string) => words.filter(({ word }) => word === wanted).length;
  const problem = words.find(({ word }) => PROBLEMS.has(word));
  if (problem !== undefined) throw new TspodError(`Invalid GPG signature: ${PROBLEMS.get(problem.word)}`);
  if (code !== 0 || count("NEWSIG") !== 1 || count("GOODSIG") !== 1 || count("VALIDSIG") !== 1)
    throw new TspodError("Invalid GPG signature: it is not a message with one signature");
  // The last word names the primary key, which is what was imported; the first is that of the (sub)key that
  // signed.
  const fingerprint =
    words
      .find(({ word }) => word === "VALIDSIG")
      ?.rest.split(" ")
      .at(-1) ?? "";
  if (!trusted.has(fingerprint)) throw new TspodError(`Signature by key ${fingerprint} is not accepted`);
  return output;
}

/** @see doc/DETAILS of GnuPG, "Format of the --status-fd output" */
const PROBLEMS: ReadonlyMap<string, string> = new Map([
  ["BADSIG", "it does not fit what was signed"],
  ["ERRSIG", "it can't be checked, since none of the policy's keys has made it"],
  ["EXPSIG", "it has expired"],
  ["EXPKEYSIG", "its key has expired"],
  ["REVKEYSIG", "its key was revoked"],
]);

interface GpgResult {
  readonly code: number | null;
  /** Lines `[GNUPG:] WORD …`. */
  readonly status: string;
  readonly output: Buffer;
}

async function runGpg(home: string, args: readonly string[], input: Uint8Array): Promise<GpgResult> {
  // A file, since gpg closes a pipe early when it doesn't like what comes.
  const file = join(home, "input");
  writeFileSync(file, input);
  const child = spawn("gpg", ["--homedir", home, ...OPTIONS, "--status-fd", "3", ...args, file], {
    stdio: ["ignore", "pipe", "ignore", "pipe"],
  });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.on("error", (cause) =>
      reject(
        new TspodError(
          'signatures of type "signedBy" are checked by gpg, which can\'t be run: install it (Debian: the package "gpg")',
          { cause },
        ),
      ),
    );
    child.on("close", resolve);
  });
  const [, stdout, , statusPipe] = child.stdio;
  if (!(stdout instanceof Readable && statusPipe instanceof Readable)) throw new Error("spawn made no pipes");
  const [code, output, status] = await Promise.all([ended, buffer(stdout), text(statusPipe)]);
  return { code, output, status };
}
