import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import type { BodySink, TarEntry } from "../../../src/storage/tar/tar-entry.ts";
import { tarReader } from "../../../src/storage/tar/tar-reader.ts";

/** One file as text: type, mode, owner, link's target, content's hash, names of xattrs. */
export type Tree = Readonly<Record<string, string>>;

/** What a builder has made of a Dockerfile. */
export interface Outcome {
  /** 0; of a RUN that failed its exit code; 1 for everything else. */
  readonly exit: number;
  /** What differs from the base image's files; null: it is not there. */
  readonly files?: Readonly<Record<string, string | null>>;
  readonly config?: Readonly<Record<string, unknown>>;
}

/** What is no content, and the programs of the base, which are those of the machine that makes it. */
const LEFT_OUT =
  /^(?:$|(?:bin|proc|dev|sys)(?:\/|$)|etc\/(?:hosts|hostname|resolv\.conf|mtab)$|\.dockerenv$)/;

/** Reads a tar of a root file system. @param path absolute */
export async function readTree(path: string): Promise<Tree> {
  const tree: Record<string, string> = {};
  const contents = new Map<string, string>();
  const reader = tarReader((entry: TarEntry): BodySink | undefined => {
    const name = Buffer.from(entry.name, "latin1")
      .toString()
      .replace(/^\.?\/+/, "")
      .replace(/\/$/, "");
    const link = Buffer.from(entry.linkName, "latin1").toString();
    const hash = createHash("sha256");
    const finish = (content: string): void => {
      contents.set(name, content);
      if (!LEFT_OUT.test(name)) tree[name] = describe(entry, { link, content });
    };
    if (entry.type === "link") {
      finish(contents.get(link.replace(/^\.?\/+/, "")) ?? "?");
      return undefined;
    }
    if (entry.type !== "file") {
      finish("");
      return undefined;
    }
    return {
      write: (chunk) => void hash.update(chunk),
      end: () => finish(hash.digest("hex").slice(0, 12)),
      abort: () => undefined,
    };
  });
  for await (const chunk of createReadStream(path)) reader.write(chunk as Buffer);
  reader.end();
  return tree;
}

function describe(
  { type, mode, uid, gid, xattrs }: TarEntry,
  { link, content }: { link: string; content: string },
): string {
  const kind = type === "link" ? "file" : type;
  const permissions = type === "symlink" ? "-" : mode.toString(8);
  const names = xattrs.map(({ name }) => name).sort();
  return [kind, permissions, `${uid}:${gid}`, type === "symlink" ? link : content, ...names]
    .join(" ")
    .trimEnd();
}

/** What of a tree is otherwise than in the base. */
export function treeChanges(base: Tree, tree: Tree): Record<string, string | null> {
  const names = [...new Set([...Object.keys(base), ...Object.keys(tree)])].sort();
  return Object.fromEntries(
    names.filter((name) => base[name] !== tree[name]).map((name) => [name, tree[name] ?? null]),
  );
}

/** Of what a run's own settings are made of, and what only one of the builders says. */
const CONFIG_KEYS = [
  "User",
  "ExposedPorts",
  "Env",
  "Entrypoint",
  "Cmd",
  "Volumes",
  "WorkingDir",
  "Labels",
  "StopSignal",
  "Healthcheck",
  "OnBuild",
  "Shell",
] as const;

/** The settings that count, those that are empty left out. */
export function comparedConfig(config: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(
    CONFIG_KEYS.flatMap((key) => {
      const value = config[key];
      const isEmpty =
        value === undefined ||
        value === null ||
        value === "" ||
        JSON.stringify(value) === "{}" ||
        JSON.stringify(value) === "[]";
      return isEmpty ? [] : [[key, value]];
    }),
  );
}

/** The text of a file of outcomes: one case a line. */
export function recordedText(outcomes: Readonly<Record<string, Outcome>>): string {
  const lines = Object.entries(outcomes).map(
    ([name, outcome]) => `${JSON.stringify(name)}: ${JSON.stringify(outcome)}`,
  );
  return `{\n${lines.join(",\n")}\n}\n`;
}

/**
 * An outcome without what only says that buildah 1.28.2 ran a command, which leaves an empty /run behind, and
 * with one form of a working directory that is the root.
 */
export function withoutTraces(outcome: Outcome): Outcome {
  const { files, config } = outcome;
  const { run, ...otherFiles } = files ?? {};
  const { WorkingDir, ...otherConfig } = config ?? {};
  return {
    ...outcome,
    ...(files && { files: run === "directory 755 0:0" ? otherFiles : files }),
    ...(config && { config: WorkingDir === "/" ? otherConfig : config }),
  };
}

/** Keys in order, so that outcomes can be compared as text. */
export function sorted(value: unknown): unknown {
  return JSON.parse(
    JSON.stringify(value, (_, each: unknown) =>
      typeof each === "object" && each !== null && !Array.isArray(each)
        ? Object.fromEntries(Object.entries(each).sort(([a], [b]) => (a < b ? -1 : 1)))
        : each,
    ),
  );
}
