import { confirm } from "../../cli/confirm.ts";
import { type Call, defineCommand } from "../../cli/define-command.ts";
import type { FlagTable } from "../../cli/flags/flag.ts";
import { isColoured, paint } from "../../cli/output/colour.ts";
import { isJsonFormat, isJsonLinesFormat, toJson } from "../../cli/output/json.ts";
import { renderTable } from "../../cli/output/table.ts";
import { UsageError } from "../../errors.ts";
import type { Finding, FindingState } from "../../system/doctor/finding.ts";

const flags = {
  fix: {
    type: "boolean",
    help: "Run the lines that mend what was found. Those that need root are run by sudo, after a question; without a terminal they are printed",
  },
  format: { type: "string", value: "FORMAT", help: "Print the findings as json" },
} as const satisfies FlagTable;

/** Something is missing that containers need. */
const SICK = 1;

export const command = defineCommand({
  name: "doctor",
  summary: "Check what this host needs for containers without root",
  description:
    "Looks at everything that a user without rights needs to run containers: subordinate ids and the programs that map them, the kernel's settings, AppArmor, the store's file system, the runtime and the network's helpers, devices, control groups and their controllers, the session, limits, the clock. Each finding says what was read, why it matters, and the line to type. Nothing is changed without --fix, and nothing of the store is opened.",
  examples: [
    { line: "tspod doctor", help: "see what is missing" },
    { line: "tspod doctor --fix", help: "mend what can be mended" },
    { line: "tspod doctor --format json", help: "all findings, for a script" },
  ],
  exitCodes: { 1: "something is missing that containers need" },
  flags,
  async run(call) {
    const { fix, format } = call.flags;
    if (format !== undefined && !isJsonFormat(format) && !isJsonLinesFormat(format))
      throw new UsageError(`invalid format "${format}": json is the only one`);
    const findings = await findingsOf(call);
    if (format !== undefined) call.print(toJson(findings, 2));
    else print(call, findings);
    if (!fix) return exitCode(findings);
    return exitCode((await mend(call, findings)) ? await findingsOf(call) : findings);
  },
});

type DoctorCall = Call<typeof flags>;

async function findingsOf({ env, root, launch }: DoctorCall): Promise<Finding[]> {
  const { examine } = await import("../../system/doctor/examine.ts");
  const { thisHost } = await import("../../system/doctor/patient.ts");
  return examine(thisHost({ env, store: root, uid: launch.uid }));
}

function exitCode(findings: readonly Finding[]): number {
  return findings.some(({ state }) => state === "failed") ? SICK : 0;
}

function print(call: DoctorCall, findings: readonly Finding[]): void {
  const coloured = isColoured(call.env, 1);
  const table = renderTable(
    findings.map(({ state, name, found }) => [state, name, found]),
    {
      style: (cell, line, column) =>
        coloured && column === 0 ? inColour(cell, findings[line]?.state) : cell,
    },
  );
  call.write(table);
  const bad = findings.filter(({ state }) => state === "failed" || state === "warning");
  for (const { state, name, found, why, fixes } of bad) {
    call.print(`\n${coloured ? inColour(name, state) : name}: ${found}`);
    call.print(`  ${why}`);
    for (const { command: line, by } of fixes) call.print(by === "hand" ? `  to do: ${line}` : `  $ ${line}`);
  }
  call.print(`\n${verdict(findings)}`);
}

function inColour(text: string, state: FindingState = "unknown"): string {
  const colours = { ok: "green", warning: "yellow", failed: "red", unknown: "gray" } as const;
  return paint(colours[state], text);
}

function verdict(findings: readonly Finding[]): string {
  const count = (state: FindingState): number => findings.filter((finding) => finding.state === state).length;
  const warnings = count("warning");
  if (count("failed") > 0)
    return `Something that containers need is missing: ${count("failed")} failed, ${warnings} warnings.`;
  if (warnings > 0) return `Containers run here; ${warnings} warnings.`;
  return "All is well.";
}

/** @returns whether anything was run */
async function mend(call: DoctorCall, findings: readonly Finding[]): Promise<boolean> {
  const { applyFix, fixesOf } = await import("../../system/doctor/apply-fixes.ts");
  const own = fixesOf(findings, "user");
  const roots = fixesOf(findings, "root");
  const runRoots = roots.length > 0 && mayUseSudo(call, roots);
  // Root's lines come first: the user's lines need what those bring (ids, a bus).
  const lines = [...(runRoots ? roots : []), ...own];
  for (const line of lines) {
    call.warn(`$ ${line}`);
    call.flush();
    if (!applyFix(line, call.env)) call.warn(`WARN[0000] this line failed: ${line}`);
  }
  return lines.length > 0;
}

function mayUseSudo(call: DoctorCall, lines: readonly string[]): boolean {
  if (call.terminal.stdin) return confirm(call, `Run these ${lines.length} lines with sudo?`);
  call.warn("These lines need root:");
  for (const line of lines) call.warn(`  ${line}`);
  return false;
}
