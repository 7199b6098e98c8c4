import { type Call, defineCommand } from "../../../cli/define-command.ts";
import type { FlagTable } from "../../../cli/flags/flag.ts";
import { openMeter } from "../../../cli/output/meter.ts";
import { type CopySide, copyFiles } from "../../../container/copy/copy.ts";
import { findContainer } from "../../../container/state/find.ts";
import type { Container } from "../../../container/state/list.ts";
import { NotFoundError, TspodError } from "../../../errors.ts";
import { counted } from "../../../options/format-transfer.ts";
import { isSystemError } from "../../../os/system-error.ts";
import { engineOf } from "../../flags/engine-of.ts";
import { parseCopyPath } from "./copy-path.ts";

const STREAM = "-";

const flags = {
  archive: {
    type: "boolean",
    short: "a",
    default: true,
    help: "Give the copies to the container's user, or on the host to you",
  },
  overwrite: {
    type: "boolean",
    help: "Let directories take the place of what is none, and the other way round",
  },
  extract: { type: "boolean", hidden: true, help: "Ignored, as by Podman" },
  pause: { type: "boolean", hidden: true, help: "Ignored, as by Podman" },
} as const satisfies FlagTable;

export const command = defineCommand({
  name: "cp",
  operands: "[CONTAINER:]SRC_PATH [CONTAINER:]DEST_PATH",
  summary: "Copy files between a container and this host, or between containers",
  description:
    "A relative path of a container begins at its working directory, as Podman has it. A directory is copied with all that is in it: into a destination that is there, under its own name; otherwise as the destination. With /. at the source's end, what is in it goes into the destination.\n\nA minus sign is a tar: on stdin as the source, on stdout as the destination.",
  examples: [
    { line: "tspod cp nginx.conf web:/etc/nginx/", help: "a file into a directory of a container" },
    { line: "tspod cp web:/var/log/. logs", help: "what is in a directory of a container" },
    { line: "tspod cp web:/srv - | tar -t", help: "as a tar" },
  ],
  flags,
  minOperands: 2,
  maxOperands: 2,
  complete: "container-path",
  async run(call) {
    const engine = engineOf(call);
    const { archive, overwrite } = call.flags;
    const [source = "", destination = ""] = call.operands;
    const [from, to] = [source, destination].map(parseCopyPath);
    if (from === undefined || to === undefined) return;
    if (from.container === undefined && to.container === undefined)
      throw new TspodError("name or ID cannot be empty");
    if ([from, to].some(({ path }) => path === ""))
      throw new TspodError(
        `invalid arguments ${JSON.stringify(source)}, ${JSON.stringify(destination)}: you must specify paths`,
      );
    const warn = (text: string) => call.log("warn", text);
    using meter = openMeter(call);
    meter?.begin("Copying");
    const sides = { from: sideOf(call, from), to: sideOf(call, to) };
    await copying([source, destination], async () => {
      if (destination === STREAM) {
        if (call.terminal.stdout) throw new TspodError("refusing to copy to a terminal: redirect stdout");
        const { copyToStream } = await import("../../../container/copy/copy-stream.ts");
        await copyToStream(engine, sides.from, (bytes) => {
          meter?.advance(bytes.length);
          call.write(bytes);
        });
      } else if (source === STREAM) {
        const { copyFromStream } = await import("../../../container/copy/copy-stream.ts");
        await copyFromStream(
          engine,
          { source: counted(process.stdin, meter), to: sides.to },
          { archive, overwrite },
        );
      } else await copyFiles(engine, sides, { archive, overwrite, counter: meter, warn });
    });
  },
});

/** Not join(), which takes away `/.` and `/` at the end: they say what is meant. */
function inContainer({ record }: Container, path: string): string {
  return path.startsWith("/") ? path : `${record.options.process.workdir.replace(/\/+$/, "")}/${path}`;
}

/**
 * What files and their places do not allow is no defect: no rights, a full disk, a name that is too long
 * there.
 */
async function copying(operands: readonly [string, string], copy: () => Promise<void>): Promise<void> {
  try {
    await copy();
  } catch (cause) {
    if (!isSystemError(cause)) throw cause;
    const [from, to] = operands.map((operand) => JSON.stringify(operand));
    throw new TspodError(`copying ${from} to ${to}`, { cause });
  }
}

function sideOf(call: Call<typeof flags>, side: { container?: string; path: string }): CopySide {
  const where = side.container === undefined ? "the host" : `container ${side.container}`;
  const notFound = `${JSON.stringify(side.path)} could not be found on ${where}`;
  const given = { given: side.path, notFound };
  if (side.container === undefined) return { path: side.path, ...given };
  try {
    const container = findContainer(engineOf(call), side.container);
    return { container, path: inContainer(container, side.path), ...given };
  } catch (error) {
    if (error instanceof NotFoundError)
      throw new NotFoundError(`container ${JSON.stringify(side.container)} does not exist`);
    throw error;
  }
}
