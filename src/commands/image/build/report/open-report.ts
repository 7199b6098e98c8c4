import type { LineRange } from "../../../../build/parse/dockerfile-error.ts";
import type { StageReport } from "../../../../build/run/report.ts";
import { isColoured } from "../../../../cli/output/colour.ts";
import type { BuildCall } from "../inputs.ts";
import type { BuildReport, ReportOf } from "./build-report.ts";
import { lostCacheLines, sourceLines } from "./failure-lines.ts";
import { plainReport } from "./plain-report.ts";
import { printsUsage } from "./usage-log.ts";

/** As `--progress` and `--quiet` say. A terminal gets a live view. */
export async function openReport(call: BuildCall, of: ReportOf): Promise<BuildReport> {
  const kind = kindOf(call);
  switch (kind) {
    case "tty": {
      const { liveReport } = await import("./live-report.ts");
      return liveReport(call, of);
    }
    case "rawjson": {
      const { jsonReport } = await import("./json-report.ts");
      return jsonReport((line) => call.writeError(Buffer.from(`${line}\n`)), of);
    }
    case "none":
      return { stage: () => SILENT, close: () => undefined };
    default:
      return plain(call, of, kind === "quiet");
  }
}

const SILENT: StageReport = {
  step: () => undefined,
  cached: () => undefined,
  output: () => undefined,
  done: () => undefined,
  usage: () => undefined,
  failed: () => undefined,
  end: () => undefined,
};

function kindOf({ flags, terminal, env }: BuildCall): "plain" | "tty" | "rawjson" | "none" | "quiet" {
  const { progress, quiet } = flags;
  if (quiet || progress === "quiet") return "quiet";
  if (progress === "plain" || progress === "tty" || progress === "rawjson" || progress === "none")
    return progress;
  const canBeLive = terminal.stdout && terminal.stderr && env.TERM !== "dumb";
  return canBeLive && !printsUsage({ flags }) ? "tty" : "plain";
}

function plain(call: BuildCall, { graph, inputs }: ReportOf, quiet: boolean): BuildReport {
  const failed: LineRange[] = [];
  const stage = plainReport(
    {
      print(line) {
        call.print(line);
        call.flush();
      },
      write(stream, chunk) {
        if (stream === "stderr") call.writeError(chunk);
        else {
          call.write(chunk);
          call.flush();
        }
      },
    },
    {
      stages: graph.stages.map((each) => each.stage.index),
      quiet,
      layers: call.flags.layers,
      showsUsage: printsUsage(call),
      onFailed: (lines) => failed.push(lines),
    },
  );
  return {
    stage,
    close() {
      // Of all other failures the message says what is wrong, in one line.
      if (failed.length === 0) return;
      const lines = [
        ...failed.flatMap((each) => sourceLines(each, { inputs, colours: isColoured(call.env, 2) })),
        ...lostCacheLines(call.store()),
      ];
      call.writeError(Buffer.from(`${lines.join("\n")}\n`));
    },
  };
}
