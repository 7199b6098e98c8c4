import { join } from "node:path";
import type { ProbeAction } from "../../../options/probe.ts";
import { libDirectory } from "../../../os/program-files.ts";

const USER_AGENT = "kube-probe/1.36";

/**
 * TLS is too much for C: Node does it, in the namespace that tspod-probe has joined. Certificates are not
 * verified, as Kubernetes has it. The last two arguments are the address and the port.
 */
const HTTPS = `
const [path, headers, host, port] = process.argv.slice(1);
const fail = (text) => { console.log(text); process.exit(1); };
const options = { host, port, path, headers: JSON.parse(headers), rejectUnauthorized: false, agent: false };
require("node:https").get(options, ({ statusCode }) => {
  if (statusCode >= 200 && statusCode < 400) process.exit(0);
  fail("HTTP probe failed with statuscode: " + statusCode);
}).on("error", ({ message }) => fail("Get \\"https://" + host + ":" + port + path + "\\": " + message));
`;

type OutsideProbe = Exclude<ProbeAction, { kind: "exec" }>;

/**
 * The command of a probe that comes from outside (native/probe/main.c).
 * @param pidFile of the container's process, in whose network it looks
 */
export function probeCommand(probe: OutsideProbe, pidFile: string): string[] {
  const host = "host" in probe ? (probe.host ?? "") : "";
  const begin = [join(libDirectory, "tspod-probe"), pidFile, host, String(probe.port)];
  switch (probe.kind) {
    case "tcp":
      return [...begin, "tcp"];
    case "grpc":
      return [...begin, "grpc", probe.service];
    case "http":
      return [...begin, ...httpWords(probe)];
  }
}

function httpWords({ scheme, path, headers }: Extract<ProbeAction, { kind: "http" }>): string[] {
  const own = new Set(headers.map(({ name }) => name.toLowerCase()));
  const defaults = [
    { name: "User-Agent", value: USER_AGENT },
    { name: "Accept", value: "*/*" },
  ].filter(({ name }) => !own.has(name.toLowerCase()));
  const all = [...defaults, ...headers];
  if (scheme === "http")
    return ["http", path, all.map(({ name, value }) => `${name}: ${value}\r\n`).join("")];
  const object = Object.fromEntries(all.map(({ name, value }) => [name, value]));
  return ["exec", join(libDirectory, "node"), "-e", HTTPS, "--", path, JSON.stringify(object)];
}
