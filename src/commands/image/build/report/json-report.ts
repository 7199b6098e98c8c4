import { createHash } from "node:crypto";
import type { StageReport } from "../../../../build/run/report.ts";
import type { BuildReport, ReportOf } from "./build-report.ts";

/**
 * BuildKit's records, one JSON object a line: vertexes (steps) as they start and end, and what they print.
 * @see https://github.com/moby/buildkit/blob/master/client/graph.go
 */
export function jsonReport(write: (line: string) => void, { graph }: ReportOf): BuildReport {
  const send = (record: object): void => write(JSON.stringify(record));
  return {
    stage(index) {
      const planned = graph.stages.find(({ stage }) => stage.index === index);
      const name = planned?.stage.from.name ?? (graph.stages.length > 1 ? `stage-${index}` : undefined);
      return stageReport(send, { index, name });
    },
    close(error) {
      if (error instanceof Error) send({ vertexes: [], warnings: [], error: error.message });
    },
  };
}

interface Vertex {
  readonly digest: string;
  readonly name: string;
  readonly inputs: readonly string[];
  readonly started: string;
}

function stageReport(
  send: (record: object) => void,
  { index, name }: { readonly index: number; readonly name: string | undefined },
): StageReport {
  let vertex: Vertex | undefined;
  let isCached = false;
  const now = (): string => new Date().toISOString();
  const complete = (more: object): void => {
    if (vertex !== undefined)
      send({ vertexes: [{ ...vertex, completed: now(), cached: isCached, ...more }] });
    vertex = undefined;
  };
  let before: readonly string[] = [];
  return {
    step(number, total, text) {
      const label = [...(name === undefined ? [] : [name]), `${number}/${total}`].join(" ");
      const digest = `sha256:${createHash("sha256")
        .update(JSON.stringify([index, number, text]))
        .digest("hex")}`;
      // FROM is done when the step after it begins.
      complete({});
      vertex = { digest, name: `[${label}] ${text}`, inputs: before, started: now() };
      isCached = false;
      before = [digest];
      send({ vertexes: [vertex] });
    },
    cached() {
      isCached = true;
    },
    output(stream, chunk) {
      if (vertex === undefined) return;
      const log = {
        vertex: vertex.digest,
        stream: stream === "stdout" ? 1 : 2,
        data: chunk.toString("base64"),
      };
      send({ logs: [{ ...log, timestamp: now() }] });
    },
    done: () => complete({}),
    usage: () => undefined,
    failed: () => complete({ error: "the step has failed" }),
    end: () => complete({}),
  };
}
