import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { type Host, makeHost } from "./host.ts";
import type { TestImage } from "./image.ts";
import { makePodman } from "./podman.ts";

import { type Registry, startRegistry } from "./registry.ts";
import { PRINT_TREE, readTree, type Tree } from "./tree.ts";

export type Peer = "podman" | "umoci";

/** tspod and programs that unpack images as well, with a store each and a registry for all. */
export interface Unpackers extends AsyncDisposable {
  readonly registry: Registry;
  readonly ours: Host;
  readonly podman: Host;
}

/** @param parent absolute path of the directory that has the stores */
export async function makeUnpackers(parent?: string): Promise<Unpackers> {
  const registry = await startRegistry();
  const at = parent === undefined ? {} : { parent };
  const ours = makeHost(at);
  const podman = makePodman(at);
  const mirror = `[[registry]]\nprefix = "test.localhost"\nlocation = "${registry.address}"\ninsecure = true\n`;
  for (const host of [ours, podman]) host.configureRegistries(mirror);
  return {
    registry,
    ours,
    podman,
    async [Symbol.asyncDispose]() {
      await registry.close();
      await ours.close();
      await podman.close();
    },
  };
}

/** Serve an image, pull it with tspod, and see what its files are. */
export async function unpackOurs(
  { registry, ours }: Unpackers,
  name: string,
  image: TestImage,
): Promise<Tree> {
  registry.add(name, "latest", image);
  await ours.ok(["pull", "-q", `test.localhost/${name}:latest`]);
  return treeOfOurs(ours, name, image);
}

function chainIds(image: TestImage): string[] {
  const { diff_ids } = JSON.parse(image.config.content.toString()).rootfs as { diff_ids: string[] };
  const chain: string[] = [];
  for (const diffId of diff_ids) {
    const below = chain.at(-1);
    chain.push(
      below === undefined
        ? diffId
        : `sha256:${createHash("sha256").update(`${below} ${diffId}`).digest("hex")}`,
    );
  }
  return chain;
}

/** Run a shell script in a program's user namespace, for the tar that it prints. */
async function treeBy(host: Host, script: string, operands: readonly string[]): Promise<Tree> {
  const { stdout } = await promisify(execFile)(
    host.program,
    ["unshare", "sh", "-ec", script, "sh", ...operands],
    {
      env: host.env as NodeJS.ProcessEnv,
      cwd: host.directory,
      encoding: "buffer",
      maxBuffer: 1 << 30,
      timeout: 60_000,
    },
  );
  return readTree(stdout);
}

function treeOfOurs(ours: Host, image: string, made: TestImage): Promise<Tree> {
  const directory = join(ours.dataDirectory, `mount-${image}`);
  mkdirSync(join(directory, "empty"), { recursive: true });
  mkdirSync(join(directory, "merged"));
  const names = chainIds(made).map((chainId, index) => {
    symlinkSync(
      join(ours.dataDirectory, "tspod/layers", chainId.slice("sha256:".length), "fs"),
      join(directory, `l${index}`),
    );
    return `l${index}`;
  });
  const lower = [...names.reverse(), "empty"].join(":");
  // mount(8) of util-linux 2.39 and later takes a call that has no room for so many layers, unless told so.
  const mount = 'LIBMOUNT_FORCE_MOUNT2=always mount -t overlay overlay -o ro,userxattr,lowerdir="$3" merged';
  const script = `cd "$2"; ${mount}; ${PRINT_TREE}`;
  return treeBy(ours, script, ["merged", directory, lower]);
}

function treeOfPodman(podman: Host, image: string): Promise<Tree> {
  const script = `set -- "$(podman image mount "$1")" "$1"; ${PRINT_TREE}; podman image unmount "$2" >/dev/null`;
  return treeBy(podman, script, [`test.localhost/${image}:latest`]);
}

/** umoci takes an OCI layout, which skopeo makes. */
async function treeOfUmoci({ registry, ours }: Unpackers, image: string): Promise<Tree> {
  const layout = join(ours.dataDirectory, `layout-${image}`);
  const source = `docker://${registry.address}/${image}:latest`;
  const copy = ["--insecure-policy", "copy", "-q", "--src-tls-verify=false", source, `oci:${layout}:x`];
  await promisify(execFile)("skopeo", copy, { env: ours.env as NodeJS.ProcessEnv, timeout: 60_000 });
  const script = `umoci unpack --image "$2:x" "$2-bundle" >/dev/null; ${PRINT_TREE}`;
  return treeBy(ours, script, [`${layout}-bundle/rootfs`, layout]);
}

/** What a peer makes of an image; a line of its own where it refuses it. */
export async function treeOf(unpackers: Unpackers, peer: Peer, image: string): Promise<Tree> {
  try {
    if (peer === "umoci") return await treeOfUmoci(unpackers, image);
    await unpackers.podman.ok(["pull", "-q", `test.localhost/${image}:latest`]);
    return withoutRoot(await treeOfPodman(unpackers.podman, image));
  } catch (error) {
    const { stderr, message } = error as Error & { stderr?: Buffer | string };
    return new Map([["refused", String(stderr || message)]]);
  }
}

/** podman's mounts have a root of their own: mode 0555, made now. */
export function withoutRoot(tree: Tree): Tree {
  return new Map([...tree].filter(([path]) => path !== ""));
}

/** Lines that only one of two trees has. */
export function differences(all: Tree, theirs: Tree): string[] {
  if (theirs.has("refused")) return [`refused ${theirs.get("refused")}`];
  const mine = theirs.has("") ? all : withoutRoot(all);
  const without = (tree: Tree, other: Tree, mark: string) =>
    [...tree]
      .filter(([path, line]) => other.get(path) !== line)
      .map(([path, line]) => `${mark} ${path} ${line}`);
  return [...without(mine, theirs, "ours"), ...without(theirs, mine, "theirs")];
}
