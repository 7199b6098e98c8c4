import { spawn } from "node:child_process";
import { once } from "node:events";
import type { Call } from "../../cli/define-command.ts";
import { TspodError } from "../../errors.ts";
import type { PlayEngine } from "../../kube/play/play-options.ts";
import { programFile } from "../../os/program-files.ts";

/**
 * Builds the image of a directory. A build is a call of its own: what it mounts and reads goes with it.
 * @throws {TspodError} If it has failed.
 */
export async function buildImage(
  { argv, words, signal, warn }: Pick<Call, "argv" | "words" | "signal" | "warn">,
  { directory, file, tag }: Parameters<PlayEngine["build"]>[0],
): Promise<void> {
  const [first = ""] = words;
  const globals = argv.slice(1, argv.indexOf(first));
  const child = spawn(programFile, [...globals, "build", "-q", "-t", tag, "-f", file, directory], {
    stdio: ["ignore", "ignore", "inherit"],
    signal,
  });
  const [code] = (await once(child, "exit")) as [number | null];
  if (code === 0) return warn(`built ${tag} of ${directory}`);
  throw new TspodError(
    `building ${tag} of ${file} has failed: "tspod build -f ${file} ${directory}" says why`,
  );
}
