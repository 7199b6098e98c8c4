import { createHash } from "node:crypto";
import { createReadStream, utimesSync } from "node:fs";
import { join, posix } from "node:path";
import { TspodError } from "../../errors.ts";
import { isWebAddress } from "../../options/web-address.ts";
import { fetchFile } from "../inputs/fetch-file.ts";
import { fetchGit } from "../inputs/fetch-git.ts";
import { type GitReference, parseGitReference } from "../inputs/git-reference.ts";
import type { CopyStep } from "../plan/step.ts";
import type { Build } from "../run/build.ts";
import type { FoundSource } from "./copy-step.ts";
import type { FetchedSources } from "./fetched-sources.ts";
import { openRoot, openSource } from "./source-root.ts";

/** One thing that was fetched: in a directory of its own. */
interface Fetched {
  /** Absolute path of the directory. */
  readonly path: string;
  /** Beneath it. */
  readonly source: string;
  /** What identifies its content. */
  readonly digest: string;
}

/**
 * Fetch what an ADD names that is in no tree: files behind URLs, trees of git repositories.
 * @throws {TspodError} If it can't be had, or is not what `--checksum` says.
 */
export async function fetchAdded(build: Build, step: CopyStep): Promise<FetchedSources> {
  const words: string[] = [];
  const fetched: Fetched[] = [];
  for (const source of step.sources) {
    const git = parseGitReference(source);
    if (git !== undefined) fetched.push(await addGit(build, step, git));
    else if (isWebAddress(source)) fetched.push(await addUrl(build, step, source));
    else words.push(source);
  }
  if (step.checksum !== undefined && words.length > 0) {
    throw new TspodError(`--checksum is only for URLs and git, not for "${words[0]}"`);
  }
  return {
    words,
    digests: fetched.map(({ digest }) => digest),
    open: (undo) => fetched.map((each) => openFetched(each, undo)),
  };
}

function openFetched({ path, source }: Fetched, undo: DisposableStack): FoundSource {
  const root = undo.use(openRoot({ path, rules: [], keepsOwners: false }));
  return { root, source: openSource(root, source, undo) };
}

async function addGit(build: Build, step: CopyStep, git: GitReference): Promise<Fetched> {
  const { env } = build.engine;
  const { signal } = build.settings;
  const path = build.workshop.directory("git");
  const commit = await fetchGit(git, path, { env, signal, keepsGitDirectory: step.keepGitDirectory });
  if (step.checksum !== undefined && !commit.startsWith(step.checksum)) {
    throw new TspodError(`checksum of "${git.url}" is ${commit}, not ${step.checksum}`);
  }
  return { path, source: git.directory, digest: `git:${commit}:${git.directory}` };
}

/** Mode 0600, and the time that the server says. */
async function addUrl(build: Build, step: CopyStep, url: string): Promise<Fetched> {
  const { env } = build.engine;
  const { signal } = build.settings;
  const path = build.workshop.directory("url");
  const name = fileName(step, url);
  const file = join(path, name);
  const { modified = 0 } = await fetchFile(url, file, { env, signal });
  utimesSync(file, modified, modified);
  const digest = `sha256:${await sha256File(file)}`;
  if (step.checksum !== undefined && step.checksum !== digest) {
    throw new TspodError(`checksum of "${url}" is ${digest}, not ${step.checksum}`);
  }
  return { path, source: name, digest: `${name}:${digest}` };
}

/** That of the destination, or of the URL where that is a directory. */
function fileName({ destination }: CopyStep, url: string): string {
  if (!destination.endsWith("/")) return posix.basename(destination) || "file";
  const name = decodeURIComponent(posix.basename(new URL(url).pathname));
  if (name === "" || name === "." || name === ".." || name.includes("/")) {
    throw new TspodError(`cannot determine filename for source "${url}": name the file in the destination`);
  }
  return name;
}

async function sha256File(path: string): Promise<string> {
  const hash = createHash("sha256");
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest("hex");
}
