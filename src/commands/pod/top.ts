import { defineCommand } from "../../cli/define-command.ts";
import { shownText } from "../../cli/output/shown.ts";
import { renderTable } from "../../cli/output/table.ts";
import { readTop } from "../../container/report/top.ts";
import { TspodError } from "../../errors.ts";
import { findPod, latestPod } from "../../pod/state/pods.ts";
import { descriptors, parseDescriptors } from "../../podman/top-descriptors.ts";
import { engineOf } from "../flags/engine-of.ts";
import { podSelectionFlags } from "../flags/pod/select-pods.ts";

export const command = defineCommand({
  name: "pod top",
  operands: "POD [FORMAT-DESCRIPTORS...]",
  summary: "Show the processes of a pod's containers",
  description: `Format descriptors are those of ps(1)'s AIX form and some for containers: ${Object.keys(descriptors).join(", ")}.`,
  examples: [{ line: "tspod pod top web pid,hpid,args", help: "with the pids on the host" }],
  flags: { latest: podSelectionFlags.latest },
  haltAtOperand: true,
  complete: ["pod", "none"],
  check: ({ flags: { latest }, operands }) =>
    !latest && operands.length === 0 ? "you must provide the name or id of a running pod" : undefined,
  run(call) {
    const { latest } = call.flags;
    const engine = engineOf(call);
    const pod = latest ? latestPod(engine) : findPod(engine, call.operands[0] ?? "");
    const words = call.operands.slice(latest ? 0 : 1);
    const columns = parseDescriptors(words);
    if (columns === undefined)
      throw new TspodError(
        `"${words.join(" ")}": pod top takes format descriptors, not the arguments of a ps`,
      );
    const running = pod.members.filter(({ state }) => state.status === "running");
    if (running.length === 0)
      throw new TspodError("pod top can only be used on pods with at least one running container");
    const shown = shownText();
    const rows = running.flatMap((member) => {
      const facts = readTop(engine, member);
      return facts.processes.map((process) => columns.map(({ cell }) => shown(cell(process, facts))));
    });
    call.write(renderTable([columns.map(({ heading }) => heading), ...rows]));
  },
});
