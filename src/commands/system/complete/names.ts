import { basename } from "node:path";
import { listArtifacts } from "../../../artifact/artifacts.ts";
import type { Call } from "../../../cli/define-command.ts";
import type { CompletionKind } from "../../../cli/flags/flag.ts";
import { SHELLS } from "../../../cli/help/completion-script.ts";
import { listContainers } from "../../../container/state/list.ts";
import { isActive } from "../../../container/state/state.ts";
import { listAllImages } from "../../../image/images.ts";
import { searchRegistries } from "../../../image/search-registries.ts";
import { listNetworks } from "../../../network/networks.ts";
import { NETWORK_SETTINGS } from "../../../network/settings.ts";
import { capabilityNames } from "../../../oci/capability.ts";
import { digestHex } from "../../../oci/digest.ts";
import { shortId } from "../../../oci/short-id.ts";
import { signalNames } from "../../../oci/signal.ts";
import { listPods } from "../../../pod/state/pods.ts";
import { secretNames } from "../../../secret/secrets.ts";
import { quadletFiles, searchDirectories } from "../../../systemd/quadlet/search.ts";
import { listVolumes } from "../../../volume/volumes.ts";
import type { Names } from "./directive.ts";
import { imagePaths, pathsInContainer } from "./paths.ts";

/** IDs are offered only to who has begun to type one. */
const ID_TYPED = 2;

type Surroundings = Pick<Call, "store" | "runtimeDirectory" | "launch" | "env">;

export interface Wanted {
  readonly of: CompletionKind;
  readonly typed: string;
  /** Those before the cursor. */
  readonly operands?: readonly string[];
}

/** What of a kind may begin with what was typed. */
export function completionNames({ of, typed, operands = [] }: Wanted, call: Surroundings): Names {
  const names = (words: readonly string[]): Names => ({ words, directive: "NoFileComp" });
  switch (of) {
    case "container":
      return names(containerNames(call, typed, { running: false }));
    case "running-container":
      return names(containerNames(call, typed, { running: call.launch.joined }));
    case "image":
      return names(imageNames(call, typed));
    case "volume":
      return names(volumeNames(call));
    case "signal":
      return names(signalNames());
    case "capability":
      return names(capabilityNames());
    case "network":
      return names(networkNames(call));
    case "quadlet":
      return names(
        quadletFiles(searchDirectories({ env: call.env, uid: call.launch.uid })).map((path) =>
          basename(path),
        ),
      );
    case "shell":
      return names(SHELLS);
    case "artifact":
      return names(listArtifacts(call.store()).map(({ name }) => name));
    case "secret":
      return names(secretNames(call.store()));
    case "pod":
      return names(podNames(call, typed));
    case "container-or-pod":
      return names([...containerNames(call, typed, { running: false }), ...podNames(call, typed)]);
    case "container-or-image":
      return names([...containerNames(call, typed, { running: false }), ...imageNames(call, typed)]);
    case "container-pod-or-volume":
      return names([
        ...containerNames(call, typed, { running: false }),
        ...podNames(call, typed),
        ...volumeNames(call),
      ]);
    case "object":
      return names([
        ...containerNames(call, typed, { running: false }),
        ...imageNames(call, typed),
        ...podNames(call, typed),
        ...networkNames(call),
        ...volumeNames(call),
      ]);
    case "registry":
      return names(searchRegistries(call.env));
    case "none":
      return names([]);
    case "directory":
      return { words: [], directive: "FilterDirs" };
    case "image-path":
      return imagePaths(call.store(), operands[0] ?? "", typed);
    case "container-path":
      return containerPaths(call, typed);
    case "file":
    case "host-command":
      return { words: [], directive: "Default" };
  }
}

function containerNames(call: Surroundings, typed: string, { running }: { running: boolean }): string[] {
  const containers = listContainers({ store: call.store(), runtimeDirectory: call.runtimeDirectory });
  return containers
    .filter(({ state }) => !running || isActive(state))
    .flatMap(({ record }) => [record.name, ...typedId(record.id, typed)]);
}

function podNames(call: Surroundings, typed: string): string[] {
  const pods = listPods({ store: call.store(), runtimeDirectory: call.runtimeDirectory });
  return pods.flatMap(({ record }) => [record.name, ...typedId(record.id, typed)]);
}

/**
 * The operands of `cp`: containers with a colon and what is in them; where nothing fits, the shell's own
 * files.
 */
function containerPaths(call: Surroundings, typed: string): Names {
  if (typed.includes(":")) return pathsInContainer(call, typed);
  const words = containerNames(call, typed, { running: false }).filter((name) => name.startsWith(typed));
  if (words.length === 0) return { words: [], directive: "Default" };
  return { words: words.map((name) => `${name}:`), directive: "NoSpace" };
}

function volumeNames({ store }: Surroundings): string[] {
  return listVolumes(store()).map(({ name }) => name);
}

function networkNames({ store }: Surroundings): string[] {
  return listNetworks({ store: store(), settings: NETWORK_SETTINGS, warn() {} }).map(({ name }) => name);
}

function imageNames(call: Surroundings, typed: string): string[] {
  return listAllImages(call.store()).flatMap(({ names, id }) => [
    ...names.flatMap((name) => (typed === "" ? [name] : endings(name))),
    ...typedId(digestHex(id), typed),
  ]);
}

/** `docker.io/library/alpine:3`, `library/alpine:3`, `alpine:3`, and each without the tag. */
function endings(name: string): string[] {
  const parts = name.split("/");
  const whole = parts.map((_, from) => parts.slice(from).join("/"));
  return [...whole, ...whole.map((ending) => ending.replace(/:[^/:]*$/, ""))];
}

function typedId(id: string, typed: string): string[] {
  return typed.length >= ID_TYPED && id.startsWith(typed) ? [shortId(id)] : [];
}
