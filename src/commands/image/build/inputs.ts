import { spawnSync } from "node:child_process";
import { readFileSync, statSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { FetchedContext } from "../../../build/inputs/fetch-context.ts";
import { parseGitReference } from "../../../build/inputs/git-reference.ts";
import { parseDirectives } from "../../../build/parse/directives.ts";
import type { Call } from "../../../cli/define-command.ts";
import { NotFoundError, TspodError } from "../../../errors.ts";
import { isWebAddress } from "../../../options/web-address.ts";
import type { buildFlags } from "./flags.ts";

export type BuildCall = Call<typeof buildFlags>;

/** What a build reads: its Dockerfile, its context, and which ignore file counts. */
export interface BuildInputs {
  readonly dockerfile: string;
  /** As messages name it. */
  readonly dockerfileName: string;
  /** Absolute path of the context; absent: there is none. */
  readonly context: string | undefined;
  readonly ignore: IgnoreFile | undefined;
}

/** The file that says what of the context does not count. */
export interface IgnoreFile {
  /** Absolute. */
  readonly path: string;
  readonly text: string;
}

/**
 * The files that the operand and `--file` name, fetched where they are not here.
 * @param directory makes an empty temporary directory, absolute, that stays as long as the build
 * @throws {TspodError} In Podman's words, if one is not there or is no file.
 */
export async function readInputs(call: BuildCall, directory: () => string): Promise<BuildInputs> {
  const { flags, operands, cwd } = call;
  const [operand] = operands;
  const files = flags.file;
  if (operand === undefined && files.length === 0) {
    throw new TspodError("no context directory and no Containerfile specified");
  }
  if (operand === "-" && files.includes("-")) {
    throw new TspodError("context and Dockerfile can't both come from standard input");
  }
  const [first = ""] = files;
  if (operand === undefined && isWebAddress(first)) {
    throw new TspodError(`no context directory: "${first}" has none, give one as the operand`);
  }
  const source = operand ?? (first === "-" ? "-" : dirname(resolve(cwd, first)));
  const fetched = await fetchedContext(call, source, directory);
  if (fetched?.kind === "dockerfile") {
    return { dockerfile: fetched.text, dockerfileName: "Dockerfile", context: undefined, ignore: undefined };
  }
  const context = fetched?.path ?? contextDirectory(source, cwd);
  return await fromDirectory(call, context, directory);
}

async function fetchedContext(
  { env, signal, flags }: BuildCall,
  source: string,
  directory: () => string,
): Promise<FetchedContext | undefined> {
  if (source === "-") {
    const { contextOfStream } = await import("../../../build/inputs/fetch-context.ts");
    return await contextOfStream(process.stdin, directory());
  }
  if (!isRemote(source)) return undefined;
  const { fetchContext } = await import("../../../build/inputs/fetch-context.ts");
  const keepsGitDirectory = flags["build-arg"].includes("BUILDKIT_CONTEXT_KEEP_GIT_DIR=1");
  return await fetchContext(source, directory(), { env, signal, keepsGitDirectory });
}

/** Whether an operand is to be fetched. */
export function isRemote(operand: string): boolean {
  return isWebAddress(operand) || parseGitReference(operand) !== undefined;
}

async function fromDirectory(
  call: BuildCall,
  context: string,
  directory: () => string,
): Promise<BuildInputs> {
  const { flags, cwd } = call;
  const files = flags.file;
  const paths =
    files.length === 0
      ? [defaultDockerfile(context)]
      : files.map((file) => (isWebAddress(file) ? file : dockerfilePath(file, { cwd, context })));
  const texts: { path: string; text: string }[] = [];
  for (const path of paths) {
    const local = isWebAddress(path) ? await fetchedDockerfile(call, path, directory()) : path;
    texts.push({ path, text: readWithCpp(call, local) });
  }
  const [beside = "-"] = paths.filter((path) => !isWebAddress(path));
  return {
    dockerfile: joined(texts),
    dockerfileName: files[0] === undefined || files[0] === "-" ? "Dockerfile" : files[0],
    context,
    ignore: readIgnoreFile({ asked: flags.ignorefile, dockerfile: beside, context, cwd }),
  };
}

/** @returns absolute path of what was fetched, which keeps the name's end: *.in goes through cpp */
async function fetchedDockerfile(
  { env, signal }: BuildCall,
  url: string,
  directory: string,
): Promise<string> {
  const { fetchFile } = await import("../../../build/inputs/fetch-file.ts");
  const path = join(directory, url.endsWith(".in") ? "Containerfile.in" : "Containerfile");
  await fetchFile(url, path, { env, signal });
  return path;
}

/**
 * Several files are one, which has one escape character.
 * @throws {TspodError} If a later one has another, or none that there is.
 */
function joined(files: readonly { readonly path: string; readonly text: string }[]): string {
  const [first, ...more] = files;
  const text = files.map((file) => file.text).join("\n");
  if (first === undefined || more.length === 0) return text;
  const escapeOf = (file: { readonly text: string }) => parseDirectives(file.text.split(/\r?\n/)).escapeChar;
  const escapeChar = escapeOf(first);
  for (const file of more) {
    try {
      if (escapeOf(file) !== escapeChar)
        throw new TspodError(`its escape is not the ${escapeChar} of ${first.path}`);
    } catch (cause) {
      throw new TspodError(`parsing additional Dockerfile ${file.path}`, { cause });
    }
  }
  return text;
}

function contextDirectory(operand: string, cwd: string): string {
  const path = resolve(cwd, operand);
  const status = statSync(path, { throwIfNoEntry: false });
  if (!status?.isDirectory()) throw new TspodError(`context must be a directory: "${path}"`);
  return path;
}

function defaultDockerfile(context: string): string {
  for (const name of ["Containerfile", "Dockerfile"]) {
    const path = join(context, name);
    if (statSync(path, { throwIfNoEntry: false })?.isFile()) return path;
  }
  throw new NotFoundError(
    `no Containerfile or Dockerfile specified or found in context directory, ${context}: no such file or directory`,
  );
}

/** In the working directory, otherwise in the context. */
function dockerfilePath(file: string, { cwd, context }: { cwd: string; context: string }): string {
  if (file === "-") return file;
  const candidates = [resolve(cwd, file), resolve(context, file)];
  for (const path of candidates) {
    const status = statSync(path, { throwIfNoEntry: false });
    if (status?.isDirectory()) throw new TspodError(`containerfile: "${path}" cannot be path to a directory`);
    if (status !== undefined) return path;
  }
  throw new NotFoundError(
    `the specified Containerfile or Dockerfile does not exist, ${file}: no such file or directory`,
  );
}

/** Bytes: more than any Dockerfile has. */
const CPP_MAX = 64 * 1024 * 1024;

/**
 * One named *.in goes through the C preprocessor first, as with Podman: a line that cpp can't take, such as a
 * comment, is no reason to stop as long as there is a result.
 */
function readWithCpp({ flags, log }: BuildCall, path: string): string {
  if (!path.endsWith(".in")) return readDockerfile(path);
  const { error, status, stdout, stderr } = spawnSync(
    "cpp",
    ["-E", "-iquote", dirname(path), "-traditional", "-undef", "-P", ...flags["cpp-flag"], "-"],
    { encoding: "utf8", input: readDockerfile(path), maxBuffer: CPP_MAX },
  );
  if (error !== undefined)
    throw new NotFoundError(
      `"${path}": a Dockerfile named *.in needs cpp, which is not there: "apt-get install cpp"`,
      { cause: error },
    );
  if (status !== 0 && stdout === "") throw new TspodError(`cpp "${path}": ${stderr.trim()}`);
  if (status !== 0) log("warn", `Ignoring ${stderr.trim()}`);
  return stdout;
}

function readDockerfile(path: string): string {
  try {
    return readFileSync(path === "-" ? 0 : path, "utf8");
  } catch (cause) {
    throw new TspodError(`reading "${path}"`, { cause });
  }
}

interface IgnoreRequest {
  readonly asked: string | undefined;
  readonly dockerfile: string;
  readonly context: string;
  readonly cwd: string;
}

/** The one that is asked for; one that goes with the Dockerfile; or the context's own. */
function readIgnoreFile({ asked, dockerfile, context, cwd }: IgnoreRequest): IgnoreFile | undefined {
  if (asked !== undefined) return ignoreFile(resolve(cwd, asked));
  const candidates = [
    ...(dockerfile === "-" ? [] : [`${dockerfile}.containerignore`, `${dockerfile}.dockerignore`]),
    join(context, ".containerignore"),
    join(context, ".dockerignore"),
  ];
  const found = candidates.find((path) => statSync(path, { throwIfNoEntry: false })?.isFile());
  return found === undefined ? undefined : ignoreFile(found);
}

function ignoreFile(path: string): IgnoreFile {
  return { path, text: readDockerfile(path) };
}
