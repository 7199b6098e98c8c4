import { closeSync, constants, readSync } from "node:fs";
import { hostPlatform } from "../../oci/choose-platform.ts";
import { parseElf } from "../../oci/elf.ts";
import { openat2, S_IFDIR, S_IFMT } from "../../os/at.ts";
import { type FileRoot, locate } from "../../storage/tree/locate.ts";

/** What keeps a file from being started, if anything; `path` is absolute in the container. */
export type CommandFinding =
  | { readonly kind: "fine"; readonly path: string }
  | { readonly kind: "none" }
  | { readonly kind: "missing"; readonly searched: readonly string[] }
  | { readonly kind: "directory"; readonly path: string }
  | { readonly kind: "not executable"; readonly path: string; readonly mode: number }
  | { readonly kind: "wrong architecture"; readonly path: string; readonly architecture: string }
  | {
      readonly kind: "missing interpreter";
      readonly path: string;
      readonly interpreter: string;
      /** The interpreter's name ends in a carriage return: the script was written on Windows. */
      readonly carriageReturn: boolean;
    }
  | { readonly kind: "no program"; readonly path: string };

/** What execve(2) has to be given. */
export interface CommandLine {
  /** The first word of the command. */
  readonly program: string | undefined;
  /** Value of PATH in the container. */
  readonly path: string;
  /** Absolute. */
  readonly workdir: string;
}

const HEAD_BYTES = 4096;
const DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/** Look at the program of a container as the kernel would. @see execve(2), "Interpreter scripts" */
export function examineCommand(root: FileRoot, { program, path, workdir }: CommandLine): CommandFinding {
  if (program === undefined || program === "") return { kind: "none" };
  const candidates = program.includes("/")
    ? [program.startsWith("/") ? program : `${workdir}/${program}`]
    : (path || DEFAULT_PATH).split(":").map((directory) => `${directory}/${program}`);
  const found = candidates
    .map((candidate) => examineFile(root, candidate))
    .filter((each) => each !== undefined);
  // As execvp(3): what can't be executed is passed over for what can.
  return found.find(({ kind }) => kind === "fine") ?? found[0] ?? { kind: "missing", searched: candidates };
}

function examineFile(root: FileRoot, path: string): CommandFinding | undefined {
  using located = locate(root, path);
  if (located?.status === undefined) return undefined;
  const { mode } = located.status;
  if ((mode & S_IFMT) === S_IFDIR) return { kind: "directory", path };
  if ((mode & 0o111) === 0) return { kind: "not executable", path, mode: mode & 0o7777 };
  return examineHead(root, { path, head: readHead(located.dirFd, located.name) });
}

function examineHead(root: FileRoot, { path, head }: { path: string; head: Buffer }): CommandFinding {
  const script = /^#![ \t]*([^ \t\n]+)/.exec(head.toString("latin1", 0, 256))?.[1];
  const program = parseElf(head);
  if (script === undefined && program === undefined) return { kind: "no program", path };
  const host = hostPlatform(process.arch).architecture;
  if (program !== undefined && !runsOn(host, program.architecture))
    return { kind: "wrong architecture", path, architecture: program.architecture };
  const interpreter = script ?? program?.interpreter;
  if (interpreter === undefined || exists(root, interpreter)) return { kind: "fine", path };
  return {
    kind: "missing interpreter",
    path,
    interpreter: interpreter.replace(/\r$/, ""),
    carriageReturn: interpreter.endsWith("\r"),
  };
}

/** 32-bit programs of the same family run on their 64-bit machine. */
function runsOn(host: string, architecture: string): boolean {
  return architecture === host || (host === "amd64" && architecture === "386");
}

function exists(root: FileRoot, path: string): boolean {
  using located = locate(root, path);
  return located?.status !== undefined;
}

function readHead(dirFd: number, name: string): Buffer {
  const fd = openat2(dirFd, name, { flags: constants.O_RDONLY | constants.O_NONBLOCK });
  try {
    const head = Buffer.alloc(HEAD_BYTES);
    return head.subarray(0, readSync(fd, head, 0, HEAD_BYTES, 0));
  } finally {
    closeSync(fd);
  }
}
