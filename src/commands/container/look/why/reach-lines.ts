import type { Engine } from "../../../../container/state/engine.ts";
import type { Container } from "../../../../container/state/list.ts";
import { examineReach, type ReachTarget } from "../../../../container/why/examine-reach.ts";
import { TspodError } from "../../../../errors.ts";
import { describeReach } from "./describe-network.ts";

/**
 * What is in the way from a container to a target, a line each.
 * @throws {TspodError} If the target is not written as HOST[:PORT[/PROTOCOL]].
 */
export function reachLines(engine: Engine, container: Container, text: string): string[] {
  const target = parseTarget(text);
  const { name } = container.record;
  const findings = examineReach(engine, container, target);
  const answered = findings.at(-1)?.kind === "found" && target.port !== undefined;
  return [
    `From ${name} to ${text}:`,
    ...findings.map((finding) => `  ${describeReach(finding, name)}`),
    ...(answered ? [`  something listens at ${target.port}/${target.protocol} there`] : []),
  ];
}

const TARGET =
  /^(?:\[(?<ipv6>[0-9a-f:.]+)\]|(?<host>[^:/[\]]+)|(?<bare>[0-9a-f:.]*:[0-9a-f:.]*:[0-9a-f.]*))(?::(?<port>\d{1,5}))?(?:\/(?<protocol>tcp|udp))?$/i;

function parseTarget(text: string): ReachTarget {
  const { ipv6, host, bare, port, protocol } = TARGET.exec(text)?.groups ?? {};
  const name = ipv6 ?? host ?? bare;
  if (name === undefined || Number(port ?? 1) < 1 || Number(port ?? 1) > 65_535)
    throw new TspodError(`--reach "${text}": must be HOST, HOST:PORT or HOST:PORT/udp`);
  return {
    host: name,
    ...(port !== undefined && { port: Number(port) }),
    protocol: protocol?.toLowerCase() === "udp" ? "udp" : "tcp",
  };
}
