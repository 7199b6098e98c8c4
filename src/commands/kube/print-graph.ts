import type { Call } from "../../cli/define-command.ts";
import type { FlagTable } from "../../cli/flags/flag.ts";
import { toJson } from "../../cli/output/json.ts";
import { TspodError } from "../../errors.ts";
import { kubeDot, kubeSvg, kubeText } from "../../kube/graph/draw.ts";
import { type GraphPod, kubeGraph } from "../../kube/graph/graph.ts";
import { checkDocuments } from "../../kube/play/check-documents.ts";
import { parseDocuments } from "../../kube/read/parse-documents.ts";
import { readSources } from "../../kube/read/read-sources.ts";

type Format = "text" | "svg" | "dot" | "json";

const DRAW: Readonly<Record<Format, (pods: readonly GraphPod[]) => readonly string[]>> = {
  text: kubeText,
  svg: kubeSvg,
  dot: kubeDot,
  json: (pods) => [toJson(pods, 2)],
};

/** Print what the documents of the operands ask for. */
export async function printGraph<T extends FlagTable>(call: Call<T>, format: Format): Promise<void> {
  const sources = await readSources(call.operands, call);
  const all = await Promise.all(sources.map(({ text, file }) => parseDocuments(text, file)));
  // A warning would be one of what is played, which is not what is asked for here.
  const pods = kubeGraph(checkDocuments(all.flat(), "ignore").documents);
  if (pods.length === 0) throw new TspodError("no document asks for a pod: there is nothing to draw");
  for (const line of DRAW[format](pods)) call.print(line);
}
