import { existsSync, lstatSync, mkdirSync, readdirSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import type { Engine } from "../../container/state/engine.ts";
import { type Digest, digestHex } from "../../oci/digest.ts";
import { MNT_DETACH, MS_BIND, mount, umount } from "../../os/mount.ts";
import { layerPath } from "../../storage/layers/layers.ts";
import { randomHex } from "../../storage/random-hex.ts";
import type { Store } from "../../storage/store.ts";
import {
  makeLockedDirectory,
  makeTmpDirectory,
  sweepMade,
  type TmpDirectory,
} from "../../storage/tmp-directory.ts";

/**
 * Where one build makes its things: a locked directory in the store's tmp/, which the next command sweeps if
 * this one is killed. Containers of RUN steps have a store of their own in it, so nobody sees them, and no
 * name can clash.
 */
export interface Workshop extends Disposable {
  /** Absolute path. */
  readonly path: string;
  /** For the containers of steps: their records, names and events are in the workshop. */
  readonly engine: Engine;
  /** A new directory in it, absolute. */
  directory(kind: string): string;
  /**
   * Let the steps' containers see a layer.
   * @param place absolute path of a directory with its files in fs/; default: the layer's place in the store
   */
  show(chainId: Digest, place?: string): void;
  /** Mount something in this call's own mount namespace, until the workshop is disposed of. */
  mount(source: string, target: string, options: Parameters<typeof mount>[2]): void;
  /** A directory in memory, for what must not reach a disk. It is gone with this process. */
  memory(): string;
  /**
   * Let what a runtime keeps of the steps' containers be in memory, too: their config.json, which may have
   * secrets, is among it. To be called before the first container. @param runtime its name
   */
  keepStateInMemory(runtime: string): void;
}

/** @param engine of the user's own containers */
export function openWorkshop(engine: Engine): Workshop {
  using undo = new DisposableStack();
  const { path } = undo.use(makeTmpDirectory(engine.store, "build"));
  const store = privateStore(engine.store, path);
  sweepRuntimeDirectories(engine.runtimeDirectory);
  const runtimeDirectory = undo.use(makeRuntimeDirectory(engine.runtimeDirectory)).path;
  let memory: string | undefined;
  const directory = (kind: string): string => {
    const made = join(path, `${kind}-${randomHex(4)}`);
    mkdirSync(made, { mode: 0o755 });
    return made;
  };
  const kept = undo.move();
  const mountHere: Workshop["mount"] = (source, target, options) => {
    mount(source, target, options);
    kept.defer(() => umount(target, MNT_DETACH));
  };
  const makeMemory = (): string => {
    if (memory !== undefined) return memory;
    memory = directory("memory");
    mountHere("tmpfs", memory, { type: "tmpfs", data: "mode=0700" });
    return memory;
  };
  return {
    path,
    engine: { ...engine, store, runtimeDirectory },
    directory,
    show(chainId, place = layerPath(engine.store, chainId)) {
      const link = join(store.layers, digestHex(chainId));
      if (lstatSync(link, { throwIfNoEntry: false }) === undefined) symlinkSync(place, link);
    },
    mount: mountHere,
    memory: makeMemory,
    keepStateInMemory(runtime) {
      const place = join(runtimeDirectory, runtime);
      const state = join(makeMemory(), `state-${runtime}`);
      if (existsSync(state)) return;
      mkdirSync(state, { mode: 0o700 });
      mkdirSync(place, { recursive: true, mode: 0o700 });
      mountHere(state, place, { flags: MS_BIND });
    },
    [Symbol.dispose]: () => kept.dispose(),
  };
}

/** Its layers are links to those of the store, and to those that are not there yet. */
function privateStore(store: Store, path: string): Store {
  const inside = (name: string): string => {
    const made = join(path, name);
    mkdirSync(made, { mode: 0o700 });
    return made;
  };
  const locks = inside("locks");
  for (const name of ["containers", "layers"]) mkdirSync(join(locks, name));
  return {
    ...store,
    layers: inside("layers"),
    containers: inside("containers"),
    names: inside("names"),
    volumes: inside("volumes"),
    tmp: inside("tmp"),
    partial: inside("partial"),
    locks,
    events: join(path, "events.jsonl"),
  };
}

/**
 * Apart from the user's directory, where containers without a record are swept. Compiled seccomp filters are
 * shared.
 */
function makeRuntimeDirectory(shared: string): TmpDirectory {
  const filters = join(shared, "seccomp");
  mkdirSync(filters, { recursive: true, mode: 0o700 });
  using undo = new DisposableStack();
  const made = undo.use(makeLockedDirectory(join(shared, `b${randomHex(4)}`)));
  symlinkSync(filters, join(made.path, "seccomp"));
  undo.move();
  return made;
}

/** Those of builds that were killed. In a new --runroot a build may be the first that is done. */
function sweepRuntimeDirectories(shared: string): void {
  mkdirSync(shared, { recursive: true, mode: 0o700 });
  for (const name of readdirSync(shared)) if (/^b[0-9a-f]{8}$/.test(name)) sweepMade(join(shared, name));
}
