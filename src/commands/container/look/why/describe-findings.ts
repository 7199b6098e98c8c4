import type { BindFinding, Ids } from "../../../../container/why/examine-binds.ts";
import type { CommandFinding } from "../../../../container/why/examine-command.ts";
import { hostPlatform } from "../../../../oci/choose-platform.ts";

/** What is wrong with the program, in one sentence without a full stop; undefined where nothing is. */
export function describeCommand(finding: CommandFinding, program: string): string | undefined {
  switch (finding.kind) {
    case "fine":
      return undefined;
    case "none":
      return "the image has no command, and none was given";
    case "missing":
      return `"${program}" is not there: looked for ${finding.searched.join(", ")}`;
    case "directory":
      return `${finding.path} is a directory`;
    case "not executable":
      return `${finding.path} is not executable: its mode is ${octal(finding.mode)}`;
    case "wrong architecture":
      return `${finding.path} is a program for ${finding.architecture}; this machine is ${hostPlatform(process.arch).architecture}`;
    case "missing interpreter":
      return finding.carriageReturn
        ? `${finding.path} has line ends of Windows: its interpreter would be "${finding.interpreter}\\r"`
        : `${finding.path} needs ${finding.interpreter}, which is not there`;
    case "no program":
      return `${finding.path} is neither a program nor a script that begins with #!`;
  }
}

/** What is wrong with a bind mount, with the id map spelled out. */
export function describeBind(finding: BindFinding): string {
  const where = `${finding.source} -> ${finding.destination}`;
  if (finding.kind === "missing") return `${where}: the source is not there`;
  if (finding.kind === "hidden") return `${where}: the source can't be looked at: ${finding.reason}`;
  const { owner, mode, process, cannot } = finding;
  return `${where}: belongs to ${both(owner)}, mode ${octal(mode)}; the container's process is ${both(process)}: it can't ${cannot} there`;
}

function both({ containerUid, hostUid }: Ids): string {
  if (containerUid === undefined)
    return "a host user that this user namespace doesn't have (shown as nobody)";
  const host = hostUid === undefined ? "no host uid" : `host uid ${hostUid}`;
  return `uid ${containerUid} in the container (${host})`;
}

function octal(mode: number): string {
  return mode.toString(8).padStart(4, "0");
}
