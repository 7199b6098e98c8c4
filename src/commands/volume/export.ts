import { resolve } from "node:path";
import { type Call, defineCommand } from "../../cli/define-command.ts";
import type { FlagTable } from "../../cli/flags/flag.ts";
import { TspodError } from "../../errors.ts";
import { findVolume } from "../../volume/find-volume.ts";

const flags = {
  output: {
    type: "string",
    short: "o",
    value: "FILE",
    complete: "file",
    help: "Write to this file (default: stdout, which must be redirected)",
  },
} as const satisfies FlagTable;

export const command = defineCommand({
  name: "volume export",
  operands: "VOLUME",
  summary: "Write what is in a volume as a tar",
  description: `Owners are numbers: those that a container sees which has no user namespace of its own. What a running container writes meanwhile may be in it or not; sockets and devices are left out.

    A volume that has to be mounted is mounted for this, unless a container has it mounted already: then it is that very mount.`,
  examples: [
    { line: "tspod volume export --output data.tar data", help: "to a file" },
    { line: "tspod volume export data | ssh host podman volume import data -", help: "to another machine" },
  ],
  flags,
  minOperands: 1,
  maxOperands: 1,
  complete: "volume",
  async run(call) {
    const { output } = call.flags;
    if (output === "") throw new TspodError("must provide valid path for file to write to");
    const volume = findVolume(call.store(), call.operands[0] ?? "");
    if (output === undefined && call.terminal.stdout)
      throw new TspodError("refusing to export to terminal. Use -o flag or redirect");
    const { exportVolume } = await import("../../volume/export-volume.ts");
    const { signal, env, write } = call;
    const place = { store: call.store(), env };
    if (output === undefined) {
      await exportVolume(place, volume, { write, signal });
      return;
    }
    using file = await openOutput(call, output);
    await exportVolume(place, volume, { write: file.write, signal });
    file.keep();
  },
});

async function openOutput({ cwd }: Call<typeof flags>, output: string) {
  const { openArchiveOutput } = await import("../../os/files/output-file.ts");
  const doing = `unable to create target file path "${output}"`;
  return openArchiveOutput(resolve(cwd, output), { asked: output, overwrite: true, doing });
}
