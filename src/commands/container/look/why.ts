import { resolve } from "node:path";
import { type Call, defineCommand } from "../../../cli/define-command.ts";
import type { FlagTable } from "../../../cli/flags/flag.ts";
import { type Colour, isColoured, paint } from "../../../cli/output/colour.ts";
import type { Engine } from "../../../container/state/engine.ts";
import { findContainer, latestContainer } from "../../../container/state/find.ts";
import type { Container } from "../../../container/state/list.ts";
import { isActive } from "../../../container/state/state.ts";
import type { PostMortem } from "../../../container/why/post-mortem.ts";
import { NotFoundError, TspodError } from "../../../errors.ts";
import { shortId } from "../../../oci/short-id.ts";
import { sourceName } from "../../../options/container-record.ts";
import type { Pod } from "../../../pod/state/pods.ts";
import { ago } from "../../../podman/human-duration.ts";
import { engineOf } from "../../flags/engine-of.ts";
import { selectionFlags } from "../../flags/selection-flags.ts";
import { describeBind, describeCommand } from "./why/describe-findings.ts";
import { describeMembership, describeNetwork } from "./why/describe-network.ts";
import { explainExit } from "./why/explain-exit.ts";
import { suggest } from "./why/suggest.ts";

const whyFlags = {
  latest: selectionFlags.latest,
  build: { type: "boolean", help: "Say why steps of a build did not come from the cache" },
  reach: {
    type: "string",
    value: "HOST[:PORT]",
    help: "Say what is in the way from the container to another one, named or by its address, or to any other address, instead",
  },
  tail: { type: "int", value: "N", default: 10, help: "How many of the log's last lines to show" },
} as const satisfies FlagTable;

export const command = defineCommand({
  name: "why",
  operands: "CONTAINER|POD|DIRECTORY",
  summary: "Say why a container ended, does not begin, or a build's step was not cached",
  description: `Looks at all that is left of a container, and tells on one screen: how it ended, with its exit code decoded;
whether the kernel's out-of-memory killer was at work; whether its program is there, executable, for this machine, and has its interpreter;
which bind mounts its user can't read or write, with the id map spelled out; its networks, by which names it is found there, and what is
wrong with them and with its published ports; its health, its restarts, the last lines of its log; and one
command that is worth trying next.

Of a pod it tells the state of each container, and all of that about those that have failed.

With --build it is about the last build, or the last one with that context: for each stage the first step that did not come from the cache, and
which file, argument, variable or base has made it so.`,
  examples: [
    { line: "tspod why --latest", help: "what became of the last container" },
    { line: "tspod why --reach db:5432 web", help: "why the container web does not reach port 5432 of db" },
    { line: "tspod why --build .", help: "why the last build of this directory did a step again" },
  ],
  flags: whyFlags,
  complete: "container-or-pod",
  maxOperands: 1,
  check({ flags: { build, latest, tail }, operands }) {
    if (build) return latest ? "--build and --latest cannot be used together" : undefined;
    if (latest && operands.length > 0) return "--latest and containers cannot be used together";
    if (!latest && operands.length === 0) return "specify one container name or ID";
    if (tail < 0) return `--tail ${tail}: must not be negative`;
    return undefined;
  },
  async run(call) {
    if (call.flags.build) {
      const { explainBuild } = await import("./why/explain-build.ts");
      for (const line of explainBuild(call.store(), call.operands[0] && resolve(call.cwd, call.operands[0])))
        call.print(line);
      return;
    }
    const engine = engineOf(call);
    const [name] = call.operands;
    const found = name === undefined ? latestContainer(engine) : await containerOrPod(engine, name);
    const { reach } = call.flags;
    if (reach !== undefined) {
      if ("members" in found) throw new TspodError(`--reach: "${name}" is a pod: name one of its containers`);
      const { reachLines } = await import("./why/reach-lines.ts");
      for (const line of reachLines(engine, found, reach)) call.print(line);
      return;
    }
    if (!("members" in found)) return printFindings(call, await findingsOf(call, found));
    for (const line of podLines(found)) call.print(line);
    for (const member of found.members.filter(({ state }) => !isActive(state))) {
      const findings = await findingsOf(call, member);
      if (!hasFailed(findings)) continue;
      call.print("");
      printFindings(call, findings);
    }
  },
});

/** The container of that name; otherwise the pod. @throws {NotFoundError} If there is neither. */
async function containerOrPod(engine: Engine, name: string): Promise<Container | Pod> {
  try {
    return findContainer(engine, name);
  } catch (error) {
    if (!(error instanceof NotFoundError)) throw error;
    const { podIfThere } = await import("../../../pod/shown-members.ts");
    const pod = podIfThere(engine, name);
    if (pod === undefined) throw error;
    return pod;
  }
}

function podLines({ record, members, status }: Pod): string[] {
  const width = Math.max(0, ...members.map((member) => member.record.name.length));
  return [
    `pod ${record.name} (${shortId(record.id)}): ${status}`,
    ...members.map(({ record: { name }, state }) => {
      const code = state.status === "exited" ? `, exit code ${state.exitCode}` : "";
      return `  ${name.padEnd(width)}  ${state.status}${code}`;
    }),
  ];
}

/** What somebody has ended has not failed. */
function hasFailed({ container, startError, stoppedByUser }: PostMortem): boolean {
  if (startError !== undefined) return true;
  const { status, exitCode } = container.state;
  return status === "exited" && exitCode !== 0 && !stoppedByUser;
}

async function findingsOf(call: Call<typeof whyFlags>, container: Container): Promise<PostMortem> {
  const { postMortem } = await import("../../../container/why/post-mortem.ts");
  const { signal, env } = call;
  return postMortem(engineOf(call), container, { lines: call.flags.tail, signal, env });
}

function printFindings(call: Call<typeof whyFlags>, findings: PostMortem): void {
  const coloured = isColoured(call.env, 1);
  const { container } = findings;
  for (const line of [...headLines(container, findings), ...causeLines(findings), ...logLines(findings)])
    call.print(
      coloured && line.startsWith("State: ") ? paint(verdictColour(container, findings), line) : line,
    );
  call.print(`\nTry: ${suggest(findings, { home: call.env.HOME })}`);
}

/** Green for what runs or ended as it should, red for what failed, yellow for what somebody has ended. */
function verdictColour({ state }: Container, { stoppedByUser, startError }: PostMortem): Colour {
  if (startError !== undefined) return "red";
  if (state.exitCode === 0 || isActive(state)) return "green";
  return stoppedByUser ? "yellow" : "red";
}

function headLines(
  { record, state }: Container,
  { stoppedByUser, command: program, startError, lastStop }: PostMortem,
): string[] {
  const { options } = record;
  const { finishedAt } = state;
  const startable = program === undefined || program.kind === "fine";
  const when = finishedAt === undefined ? "" : `, ${ago(Date.now(), Number(finishedAt) * 1000)}`;
  return [
    `${record.name} (${shortId(record.id)}), ${sourceName(record)}`,
    `Command: ${[...options.process.entrypoint, ...options.process.command].join(" ")}`,
    `State: ${explainExit({ state, options, stoppedByUser, lastStop, startable })}${when}`,
    ...(startError === undefined ? [] : [`Last start: it failed: ${startError}`]),
  ];
}

function causeLines({ container, command, filesProblem, binds, networks, health }: PostMortem): string[] {
  const { record, state } = container;
  const { options } = record;
  const program = [...options.process.entrypoint, ...options.process.command][0] ?? "";
  const ofCommand = command && describeCommand(command, program);
  const lines: string[] = [];
  if (ofCommand !== undefined) lines.push(`Program: ${ofCommand}`);
  if (filesProblem !== undefined) lines.push(`Its files can't be looked at: ${filesProblem}`);
  for (const bind of binds) lines.push(`Bind mount: ${describeBind(bind)}`);
  for (const membership of networks.memberships) lines.push(`In network ${describeMembership(membership)}`);
  for (const finding of networks.findings) lines.push(`Network: ${describeNetwork(finding)}`);
  if (health !== undefined) lines.push(healthLine(health));
  if (options.restart.name !== "no")
    lines.push(`Restarts: ${state.restartCount} by the policy ${options.restart.name}`);
  return lines;
}

function healthLine({ status, failingStreak, log }: NonNullable<PostMortem["health"]>): string {
  const last = log.at(-1);
  const streak = failingStreak === 0 ? "" : `, ${failingStreak} failed in a row`;
  return `Health: ${status}${streak}${last === undefined ? "" : `; the last check: exit code ${last.exitCode}: ${JSON.stringify(last.output.trim())}`}`;
}

function logLines({ log }: PostMortem): string[] {
  return log.length === 0 ? ["Log: nothing"] : ["Log, its end:", ...log.map((line) => `  ${line}`)];
}
