import { type Call, defineCommand } from "../../cli/define-command.ts";
import type { FlagTable } from "../../cli/flags/flag.ts";
import { addMembers } from "../../image/add-members.ts";
import { hostPlatform } from "../../oci/choose-platform.ts";
import { type Digest, digestHex } from "../../oci/digest.ts";
import { entryChange, entryFlags, listRegistryFlags, listRegistryOptions } from "../flags/manifest-flags.ts";
import { findList } from "./find-list.ts";

/** Flags that only --artifact has a use for. */
const artifactFlags = {
  "artifact-config": {
    type: "string",
    value: "PATH",
    complete: "file",
    help: "File whose content is the artifact's config",
  },
  "artifact-config-type": { type: "string", value: "TYPE", help: "Media type of the artifact's config" },
  "artifact-exclude-titles": { type: "boolean", help: "Leave out what the files are called" },
  "artifact-layer-type": { type: "string", value: "TYPE", help: "Media type of the files" },
  "artifact-subject": {
    type: "string",
    value: "IMAGE",
    help: "Say that the list is about this image or list, which is here",
  },
  "artifact-type": { type: "string", value: "TYPE", help: "What the artifact is said to be" },
} as const satisfies FlagTable;

const flags = {
  all: { type: "boolean", help: "Of an image that is a list itself, add all its images" },
  artifact: { type: "boolean", help: "Make an artifact of files, and add it: the operands are files" },
  ...artifactFlags,
  ...entryFlags,
  ...listRegistryFlags,
} as const satisfies FlagTable;

export const command = defineCommand({
  name: "manifest add",
  operands: "LIST IMAGE [IMAGE...]",
  summary: "Add images to a list",
  description: `Adds images to a list, and prints the list's ID. An IMAGE is one that is here, or else one in a registry; containers-storage: and docker:// before its name say which. Of one in a registry only the manifest is fetched now, the rest when the list is pushed.

    The flags say what the list is to tell of the images; without them that is what the images' configurations say.

    With --artifact the operands are files. They are copied into the store as an artifact, a manifest without an image, and the list names that. Its type is application/vnd.unknown.artifact.v1 and its config is empty unless flags say otherwise; the files' media types are known by their names and first bytes.`,
  examples: [
    { line: "tspod manifest add app:1 app:arm64", help: "an image that is here" },
    {
      line: "tspod manifest add --all app:1 docker://quay.io/team/app:1",
      help: "all images of a list in a registry",
    },
    {
      line: "tspod manifest add --artifact --artifact-type text/x-sbom app:1 sbom.json",
      help: "a file that belongs to the images",
    },
  ],
  flags,
  minOperands: 2,
  complete: "image",
  check({ flags: { artifact }, given }) {
    const [first, ...others] = Object.keys(artifactFlags).filter((name) => given.has(name));
    if (artifact || first === undefined) return undefined;
    const names = [first, ...others].map((name) => `--${name}`).join("/");
    return `${names} require${others.length === 0 ? "s" : ""} --artifact`;
  },
  async run(call) {
    const store = call.store();
    const [name = "", ...texts] = call.operands;
    const registry = listRegistryOptions(call);
    const { image: list } = findList(store, name);
    if (call.flags.artifact) await addArtifact(call, list.id);
    else
      await addMembers(store, list.id, {
        ...registry,
        texts,
        all: call.flags.all,
        platform: hostPlatform(process.arch),
        signal: call.signal,
        change: entryChange(call.flags),
      });
    call.print(digestHex(list.id));
  },
});

async function addArtifact(
  { cwd, flags: asked, given, operands, signal, store }: Call<typeof flags>,
  list: Digest,
): Promise<void> {
  const { addArtifactToList } = await import("../../artifact/add-to-list.ts");
  await addArtifactToList(store(), list, operands.slice(1), {
    cwd,
    artifactType: given.has("artifact-type") ? asked["artifact-type"] : undefined,
    configFile: asked["artifact-config"] ?? "",
    configType: asked["artifact-config-type"] ?? "",
    layerType: asked["artifact-layer-type"] ?? "",
    excludeTitles: asked["artifact-exclude-titles"],
    subject: asked["artifact-subject"] || undefined,
    change: entryChange(asked),
    signal,
  });
}
