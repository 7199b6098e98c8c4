import { addArtifact } from "../../artifact/add.ts";
import { defineCommand } from "../../cli/define-command.ts";
import { TspodError } from "../../errors.ts";
import { digestHex } from "../../oci/digest.ts";
import { splitPair } from "../../options/parse/key-value.ts";

export const command = defineCommand({
  name: "artifact add",
  operands: "ARTIFACT PATH [PATH...]",
  summary: "Add files to an artifact",
  description: `Makes an artifact of files, under a name by which it can be pushed to a registry, mounted and extracted, and prints the digest of its manifest. Each file keeps its name as its title, and its type is told by its first bytes.

    An artifact of that name is left alone, unless --append or --replace is given.`,
  examples: [
    { line: "tspod artifact add quay.io/team/config:1 app.toml", help: "an artifact of one file" },
    { line: "tspod artifact add --append quay.io/team/config:1 logo.png", help: "one more file in it" },
    {
      line: "tspod artifact add --annotation license=MIT tiny:1 model.bin",
      help: "with an annotation",
    },
  ],
  flags: {
    annotation: {
      type: "list",
      value: "KEY=VALUE",
      help: "Set an annotation of the files, and of the artifact if it is new",
    },
    append: { type: "boolean", short: "a", help: "Add the files to an artifact that is there" },
    "file-type": { type: "string", value: "TYPE", help: "The media type of the files" },
    replace: { type: "boolean", help: "Put the artifact in the place of one with that name" },
    type: { type: "string", value: "TYPE", help: "The type of the artifact" },
  },
  minOperands: 2,
  complete: ["artifact", "file"],
  check({ flags, given }) {
    if (flags.append && flags.replace) return "--append and --replace options cannot be used together";
    return flags.append && given.has("type") ? "append option is not compatible with type option" : undefined;
  },
  async run(call) {
    const [name = "", ...paths] = call.operands;
    const { annotation, append, replace, type, "file-type": fileType } = call.flags;
    const digest = await addArtifact(call.store(), name, paths, {
      cwd: call.cwd,
      annotations: Object.fromEntries(annotation.map(annotationPair)),
      append,
      replace,
      artifactType: type || undefined,
      fileType: fileType || undefined,
      signal: call.signal,
    });
    call.print(digestHex(digest));
  },
});

function annotationPair(text: string): [string, string] {
  if (!text.includes("=")) throw new TspodError(`no value given for annotation "${text}"`);
  return splitPair(text);
}
