import { TspodError } from "../../../errors.ts";
import { type BuildCall, isRemote } from "./inputs.ts";

/**
 * The call with the trees of `--build-context` that are not here, repositories and archives behind URLs, as
 * directories.
 * @param directory makes an empty temporary directory, absolute, that stays as long as the build
 * @throws {TspodError} If one can't be had, or is no tree.
 */
export async function withFetchedContexts(call: BuildCall, directory: () => string): Promise<BuildCall> {
  const texts: string[] = [];
  for (const text of call.flags["build-context"]) {
    const at = text.indexOf("=");
    const source = text.slice(at + 1);
    texts.push(
      at > 0 && isRemote(source) ? `${text.slice(0, at)}=${await fetchTree(call, text, directory())}` : text,
    );
  }
  return { ...call, flags: { ...call.flags, "build-context": texts } };
}

/** @returns absolute path */
async function fetchTree({ env, signal }: BuildCall, text: string, directory: string): Promise<string> {
  const { fetchContext } = await import("../../../build/inputs/fetch-context.ts");
  const source = text.slice(text.indexOf("=") + 1);
  const fetched = await fetchContext(source, directory, { env, signal, keepsGitDirectory: false });
  if (fetched.kind === "tree") return fetched.path;
  throw new TspodError(`--build-context ${text}: what the URL gives is no tar`);
}
