import { chmodSync, chownSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { TspodError } from "../../errors.ts";
import type { Owner } from "../../oci/id-maps.ts";
import type { MountRequest } from "../../options/mount-request.ts";
import { MS_BIND, MS_REC } from "../../os/mount.ts";
import { randomHex } from "../../storage/random-hex.ts";
import { readCreator } from "../../storage/tree/attributes.ts";
import { writeOut } from "../../storage/tree/write-out.ts";
import { copySource } from "../files/copy-source.ts";
import { openDestination } from "../files/destination.ts";
import { openRoot, openSource, type Source, type SourceRoot } from "../files/source-root.ts";
import { cleanPath } from "../parse/clean-path.ts";
import type { RunMount } from "../parse/run-mount.ts";
import type { Workshop } from "../run/workshop.ts";
import { openCacheDirectory } from "./cache-directory.ts";
import type { Secrets } from "./secrets.ts";

/** What the mounts of one RUN come to. */
export interface PreparedMounts {
  readonly requests: readonly MountRequest[];
  /** `NAME=VALUE` of agents. */
  readonly env: readonly string[];
  /** `NAME=VALUE` of secrets: they must not reach a disk. */
  readonly secretEnv: readonly string[];
  /** Where something is mounted, and whether on a directory. */
  readonly points: readonly MountPoint[];
}

export interface MountPoint {
  readonly path: string;
  readonly isDirectory: boolean;
}

export interface MountContext {
  readonly workshop: Workshop;
  readonly workdir: string;
  readonly secrets: Secrets;
  /** Where caches are kept, absolute; and the namespace that their ids belong to. */
  readonly caches: { readonly path: string; readonly namespace: string };
  /** `--no-cache`: caches with an owner or a mode begin anew. */
  readonly noCache: boolean;
  /** The tree that a `from=` names; absent: the build's context. */
  readonly rootOf: (from: string | undefined) => Promise<SourceRoot>;
  /** Undone when the step has ended. */
  readonly undo: AsyncDisposableStack;
  readonly signal: AbortSignal;
}

interface Prepared {
  readonly request?: MountRequest;
  readonly env?: readonly string[];
  readonly secretEnv?: readonly string[];
  readonly point?: MountPoint;
}

/**
 * Make what a RUN's mounts show: sources are pinned by a descriptor in this call's mount namespace, so that
 * no link that is planted meanwhile leads anywhere else.
 * @throws {TspodError} If a source, or a secret that is required, is not there.
 */
export async function prepareMounts(
  mounts: readonly RunMount[],
  context: MountContext,
): Promise<PreparedMounts> {
  const prepared: Prepared[] = [];
  for (const [index, each] of mounts.entries()) prepared.push(await prepare(each, index, context));
  return {
    requests: prepared.flatMap(({ request }) => request ?? []),
    env: prepared.flatMap(({ env }) => env ?? []),
    secretEnv: prepared.flatMap(({ secretEnv }) => secretEnv ?? []),
    points: prepared.flatMap(({ point }) => point ?? []),
  };
}

function prepare(each: RunMount, index: number, context: MountContext): Promise<Prepared> | Prepared {
  switch (each.type) {
    case "bind":
      return prepareBind(each, context);
    case "cache":
      return prepareCache(each, context);
    case "tmpfs":
      return prepareTmpfs(each, context);
    case "secret":
      return prepareSecret(each, context);
    case "ssh":
      return prepareSsh(each, index, context);
  }
}

function targetOf(target: string, { workdir }: Pick<MountContext, "workdir">): string {
  return cleanPath(target.startsWith("/") ? target : `${workdir}/${target}`);
}

interface Bound {
  readonly destination: string;
  readonly source: string;
  readonly isDirectory: boolean;
  readonly readOnly: boolean;
  readonly discardsWrites?: boolean;
}

function bound({ destination, source, isDirectory, readOnly, discardsWrites = false }: Bound): Prepared {
  return {
    request: {
      type: "bind",
      destination,
      source,
      readOnly,
      recursive: true,
      flags: {},
      ...(discardsWrites && { overlay: {} }),
    },
    point: { path: destination, isDirectory },
  };
}

async function prepareBind(
  each: Extract<RunMount, { type: "bind" }>,
  context: MountContext,
): Promise<Prepared> {
  const root = await context.rootOf(each.from);
  const open = context.undo.use(openRoot(root));
  using opened = new DisposableStack();
  const source = openSource(open, each.source, opened);
  const { isDirectory } = source;
  const needsCopy = root.rules.length > 0 || (each.writable && !isDirectory);
  return bound({
    destination: targetOf(each.target, context),
    source: needsCopy ? await copied(source, root, context) : pinned(source, context),
    isDirectory,
    readOnly: !each.writable,
    discardsWrites: each.writable && isDirectory && !needsCopy,
  });
}

/**
 * What an ignore file leaves out is not shown; and what the command writes to a single file is thrown away
 * with the copy.
 */
async function copied(source: Source, root: SourceRoot, context: MountContext): Promise<string> {
  const { workshop } = context;
  const path = workshop.directory("bind");
  using to = openDestination(path, []);
  const owner: Owner = { uid: 0, gid: 0 };
  await copySource(source, {
    to,
    at: { directory: to.directory("", { owner, mode: 0o755 }), name: Buffer.from("file") },
    options: {
      rules: { ignore: root.rules, exclude: [] },
      owner: root.keepsOwners ? undefined : owner,
      writeOut: writeOut(workshop.path),
    },
  });
  return source.isDirectory ? path : join(path, "file");
}

/** The thing itself, wherever names lead by then. */
function pinned({ held, isDirectory }: Source, { workshop }: Pick<MountContext, "workshop">): string {
  const path = isDirectory ? workshop.directory("bind") : emptyFile(workshop);
  workshop.mount(`/proc/self/fd/${held.fd}`, path, { flags: MS_BIND | MS_REC });
  return path;
}

function emptyFile(workshop: Workshop): string {
  const path = join(workshop.directory("bind"), "file");
  writeFileSync(path, "", { mode: 0o644 });
  return path;
}

async function prepareCache(
  each: Extract<RunMount, { type: "cache" }>,
  context: MountContext,
): Promise<Prepared> {
  const destination = targetOf(each.target, context);
  const directory = await openCacheDirectory(
    { ...each, id: each.id ?? destination },
    { ...context, seed: each.from === undefined ? undefined : await context.rootOf(each.from) },
  );
  const root = { path: directory, rules: [], keepsOwners: true };
  const open = context.undo.use(openRoot(root));
  using opened = new DisposableStack();
  const source = openSource(open, each.from === undefined ? each.source : "/", opened);
  return bound({
    destination,
    source: pinned(source, context),
    isDirectory: source.isDirectory,
    readOnly: each.readOnly,
  });
}

function prepareTmpfs(each: Extract<RunMount, { type: "tmpfs" }>, context: MountContext): Prepared {
  const destination = targetOf(each.target, context);
  return {
    request: {
      type: "tmpfs",
      destination,
      readOnly: false,
      flags: {},
      copyUp: false,
      data: [],
      ...(each.size !== undefined && { size: String(each.size) }),
    },
    point: { path: destination, isDirectory: true },
  };
}

type SecretMount = Extract<RunMount, { type: "secret" | "ssh" }>;

function prepareSecret(each: SecretMount, context: MountContext): Prepared {
  const id = each.id ?? each.target?.split("/").at(-1) ?? "";
  const value = context.secrets.read(id);
  if (value === undefined) {
    if (each.required)
      throw new TspodError(
        `secret required but no secret with id "${id}" found: give it with --secret id=${id},src=FILE`,
      );
    return {};
  }
  const secretEnv = each.env === undefined ? [] : [`${each.env}=${value.toString()}`];
  if (each.env !== undefined && each.target === undefined) return { secretEnv };
  const path = join(context.workshop.memory(), randomHex(8));
  writeFileSync(path, value, { mode: 0o400, flag: "wx" });
  giveTo(path, each, 0o400);
  const destination = targetOf(each.target ?? `/run/secrets/${id.split("/").at(-1)}`, context);
  return { ...bound({ destination, source: path, isDirectory: false, readOnly: true }), secretEnv };
}

async function prepareSsh(each: SecretMount, index: number, context: MountContext): Promise<Prepared> {
  const id = each.id ?? "default";
  const { openAgent } = await import("./ssh-agent.ts");
  const agent = await openAgent(context.secrets.agent(id), context);
  if (agent === undefined) {
    if (each.required) throw new TspodError(`no ssh agent "${id}" was given: use --ssh ${id}`);
    return {};
  }
  giveTo(agent, each, 0o600);
  const destination = targetOf(each.target ?? `/run/buildkit/ssh_agent.${index}`, context);
  return {
    ...bound({ destination, source: agent, isDirectory: false, readOnly: false }),
    env: [`SSH_AUTH_SOCK=${destination}`],
  };
}

function giveTo(path: string, { uid = 0, gid = 0, mode }: SecretMount, otherwise: number): void {
  const creator = readCreator();
  if (uid !== creator.uid || gid !== creator.gid) chownSync(path, uid, gid);
  chmodSync(path, mode ?? otherwise);
}

/**
 * For the program of a heredoc: a directory with one file in it, which the step sees and its layer doesn't
 * have.
 */
export function scriptDirectory(
  { name, content }: { name: string; content: string },
  { workshop }: Pick<MountContext, "workshop">,
): string {
  const path = workshop.directory("script");
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, name), content, { mode: 0o755 });
  return path;
}
