import { extractArtifact } from "../../artifact/extract.ts";
import { defineCommand } from "../../cli/define-command.ts";

export const command = defineCommand({
  name: "artifact extract",
  operands: "ARTIFACT PATH",
  summary: "Copy the files of an artifact",
  description:
    "Copies all files of an artifact into a directory, under their titles, or one file to a path. What is there under these names is overwritten. A title with a slash in it is refused.",
  examples: [
    { line: "tspod artifact extract quay.io/team/config:1 ./config/", help: "all files into a directory" },
    {
      line: "tspod artifact extract --title app.toml quay.io/team/config:1 /etc/app.toml",
      help: "one of its files",
    },
  ],
  flags: {
    digest: { type: "string", value: "DIGEST", emptyIsAbsent: true, help: "Only the file with this digest" },
    title: { type: "string", value: "TITLE", emptyIsAbsent: true, help: "Only the file with this title" },
  },
  minOperands: 2,
  maxOperands: 2,
  complete: ["artifact", "file"],
  check: ({ flags }) =>
    flags.digest !== undefined && flags.title !== undefined
      ? "cannot specify both digest and title"
      : undefined,
  async run(call) {
    const [name = "", target = ""] = call.operands;
    const { digest, title } = call.flags;
    await extractArtifact(call.store(), name, target, { cwd: call.cwd, digest, title, signal: call.signal });
  },
});
