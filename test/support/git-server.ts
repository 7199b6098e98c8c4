import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, join } from "node:path";

/** A web server of a directory's files, and of the repositories in it by git's dumb protocol. */
export interface GitServer {
  /** `http://127.0.0.1:PORT`. */
  readonly address: string;
  /** Absolute path of what is served; each file was last modified on 2015-10-21 07:28 UTC (1445412480). */
  readonly served: string;
  /** Run git without anybody's settings. @returns what it printed */
  git(cwd: string, ...args: string[]): string;
  /** A repository with these files, added to its index. @returns absolute path of its working tree */
  makeRepository(name: string, files: Readonly<Record<string, string>>): string;
  /** Commit what is in the index. @returns the commit */
  commit(work: string): string;
  /** Serve what a working tree's repository has now, as `NAME.git`. */
  publish(name: string, work: string): void;
  close(): void;
}

const SETTINGS = ["user.name=t", "user.email=t@t", "init.defaultBranch=main"].flatMap((each) => ["-c", each]);

/** @param directory absolute path of one in which `served`, and working trees, are made */
export async function startGitServer(directory: string): Promise<GitServer> {
  const served = join(directory, "served");
  mkdirSync(served);
  const server = createServer((request, response) => {
    try {
      const path = join(served, new URL(request.url ?? "", "http://x").pathname);
      response.setHeader("last-modified", "Wed, 21 Oct 2015 07:28:00 GMT");
      response.end(readFileSync(path));
    } catch {
      response.statusCode = 404;
      response.end();
    }
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));

  const git = (cwd: string, ...args: string[]): string => {
    const env = { ...process.env, HOME: directory, GIT_CONFIG_NOSYSTEM: "1" };
    return execFileSync("git", [...SETTINGS, ...args], { cwd, encoding: "utf8", env, stdio: "pipe" }).trim();
  };
  const commit = (work: string): string => {
    git(work, "commit", "-qm", "a commit");
    return git(work, "rev-parse", "HEAD");
  };
  return {
    address: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    served,
    git,
    makeRepository: (name, files) => {
      const work = join(directory, `work-${name}`);
      mkdirSync(work);
      git(work, "init", "-q");
      for (const [file, content] of Object.entries(files)) {
        mkdirSync(dirname(join(work, file)), { recursive: true });
        writeFileSync(join(work, file), content);
      }
      git(work, "add", ".");
      return work;
    },
    commit,
    publish: (name, work) => {
      git(directory, "clone", "-q", "--bare", work, join(served, `${name}.git`));
      git(join(served, `${name}.git`), "update-server-info");
    },
    close: () => void server.close(),
  };
}
