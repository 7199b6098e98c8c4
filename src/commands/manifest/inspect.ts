import { defineCommand } from "../../cli/define-command.ts";
import { toJson } from "../../cli/output/json.ts";
import { resolveImageList } from "../../image/lists.ts";
import { hostPlatform } from "../../oci/choose-platform.ts";
import { shownList } from "../../oci/list-entry.ts";
import { listRegistryFlags, listRegistryOptions } from "../flags/manifest-flags.ts";

const INDENT = 4;

export const command = defineCommand({
  name: "manifest inspect",
  operands: "LIST",
  summary: "Show what a list of images names",
  description:
    "Prints the list as JSON, as an OCI index. A list that is not here is looked for in its registry; of an image there its manifest is shown.",
  examples: [{ line: "tspod manifest inspect docker.io/library/alpine", help: "a list in a registry" }],
  flags: {
    ...listRegistryFlags,
    verbose: { type: "boolean", short: "v", hidden: true, help: "Accepted: all there is is always shown" },
  },
  minOperands: 1,
  maxOperands: 1,
  complete: "image",
  async run(call) {
    const [text = ""] = call.operands;
    const registry = listRegistryOptions(call);
    const here = text.startsWith("docker://") ? undefined : resolveImageList(call.store(), text)?.image;
    if (here !== undefined) return call.print(toJson(shownList(here.index), INDENT));
    const { openFirstManifest, referencesOf } = await import("../../image/list-members.ts");
    const platform = hostPlatform(process.arch);
    const references = referencesOf(text, registry);
    const doing = (source: string) => `reading image "${source}"`;
    const { signal } = call;
    await using opened = await openFirstManifest(references, { ...registry, platform, signal, doing });
    const { parsed } = opened;
    if (parsed.kind === "index") return call.print(toJson(shownList(parsed.index), INDENT));
    call.warn(`WARN[0000] The manifest type ${parsed.mediaType} is not a manifest list but a single image.`);
    call.print(toJson(parsed.manifest, INDENT));
  },
});
