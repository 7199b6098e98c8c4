import type { Call } from "../../cli/define-command.ts";
import type { FlagTable } from "../../cli/flags/flag.ts";
import { downKube } from "../../kube/play/down.ts";
import { parseDocuments } from "../../kube/read/parse-documents.ts";
import type { KubeSource } from "../../kube/read/read-sources.ts";
import { engineOf } from "../flags/engine-of.ts";
import { printDown } from "./print-report.ts";

/** Remove what documents ask for, and say what was removed. */
export async function downSources<T extends FlagTable>(
  call: Call<T>,
  sources: readonly KubeSource[],
  { force }: { readonly force: boolean },
): Promise<void> {
  const all = await Promise.all(sources.map(({ text, file }) => parseDocuments(text, file)));
  printDown(call, await downKube(engineOf(call), { documents: all.flat(), force }));
}
