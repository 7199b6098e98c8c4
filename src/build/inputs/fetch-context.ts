import { closeSync, createReadStream, mkdirSync, openSync, readFileSync, readSync } from "node:fs";
import { join } from "node:path";
import { TspodError } from "../../errors.ts";
import type { Owner } from "../../oci/id-maps.ts";
import { isTarHead } from "../files/archive-head.ts";
import { openRoot, openSource } from "../files/source-root.ts";
import { unpackTar } from "../files/unpack-archive.ts";
import { type FetchOptions, fetchFile } from "./fetch-file.ts";
import { fetchGit } from "./fetch-git.ts";
import { type GitReference, parseGitReference } from "./git-reference.ts";

/** What an operand that is no local directory has come to. */
export type FetchedContext =
  /** A tree in a temporary directory; absolute. */
  | { readonly kind: "tree"; readonly path: string }
  /** A Dockerfile without a context. */
  | { readonly kind: "dockerfile"; readonly text: string };

/**
 * Fetch a context: a repository, or what a URL gives, which is a tar or a Dockerfile, as its content says.
 * @param directory absolute path of an empty directory
 * @throws {TspodError} If it can't be had.
 */
export async function fetchContext(
  operand: string,
  directory: string,
  options: FetchOptions & { readonly keepsGitDirectory: boolean },
): Promise<FetchedContext> {
  const git = parseGitReference(operand);
  if (git !== undefined) return { kind: "tree", path: await fetchRepository(git, directory, options) };
  const file = join(directory, "file");
  await fetchFile(operand, file, options);
  return await contextOfFile(file, directory);
}

/**
 * What a file is as a context: a tar, compressed or not, or a Dockerfile.
 * @param path of the file; /dev/stdin too
 */
export async function contextOfFile(path: string, directory: string): Promise<FetchedContext> {
  if (!isTarHead(headOf(path))) return { kind: "dockerfile", text: readFileSync(path, "utf8") };
  const tree = join(directory, "context");
  await unpackContext(createReadStream(path), tree);
  return { kind: "tree", path: tree };
}

/**
 * The same of bytes that come once.
 * @throws {TspodError} If it is a tar, and a hostile or damaged one.
 */
export async function contextOfStream(
  bytes: AsyncIterable<Uint8Array>,
  directory: string,
): Promise<FetchedContext> {
  const iterator = bytes[Symbol.asyncIterator]();
  const first: Uint8Array[] = [];
  let length = 0;
  while (length < HEAD) {
    const next = await iterator.next();
    if (next.done) break;
    first.push(next.value);
    length += next.value.length;
  }
  const rest: AsyncIterable<Uint8Array> = { [Symbol.asyncIterator]: () => iterator };
  const all = async function* (): AsyncGenerator<Uint8Array> {
    yield* first;
    yield* rest;
  };
  if (!isTarHead(Buffer.concat(first))) {
    const chunks: Uint8Array[] = [];
    for await (const chunk of all()) chunks.push(chunk);
    return { kind: "dockerfile", text: Buffer.concat(chunks).toString() };
  }
  const tree = join(directory, "context");
  await unpackContext(all(), tree);
  return { kind: "tree", path: tree };
}

const HEAD = 512;

function headOf(path: string): Buffer {
  const fd = openSync(path, "r");
  try {
    const head = Buffer.alloc(HEAD);
    return head.subarray(0, readSync(fd, head));
  } finally {
    closeSync(fd);
  }
}

/** Whose a context's files are plays no part, since COPY makes them root's: they may have any ids. */
const OWNER: Owner = { uid: 0, gid: 0 };

async function unpackContext(bytes: AsyncIterable<Uint8Array>, path: string): Promise<void> {
  mkdirSync(path);
  try {
    await unpackTar(bytes, path, { find: () => undefined, [Symbol.dispose]: () => undefined }, OWNER);
  } catch (cause) {
    throw new TspodError("unpacking the context", { cause });
  }
}

/**
 * @returns absolute path of the directory that is asked for, beneath the repository, whatever links are in it
 */
export async function fetchRepository(
  git: GitReference,
  directory: string,
  options: FetchOptions & { readonly keepsGitDirectory: boolean },
): Promise<string> {
  const path = join(directory, "repository");
  mkdirSync(path);
  await fetchGit(git, path, options);
  using undo = new DisposableStack();
  const root = undo.use(openRoot({ path, rules: [], keepsOwners: false }));
  const source = openSource(root, git.directory, undo);
  if (!source.isDirectory) throw new TspodError(`"${git.directory}" of ${git.url} is no directory`);
  return join(path, source.path);
}
