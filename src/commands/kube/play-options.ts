import { resolve } from "node:path";
import { UsageError } from "../../errors.ts";
import type { PlayOptions, Validation } from "../../kube/play/play-options.ts";
import { type KubeSource, readSources } from "../../kube/read/read-sources.ts";
import { parseAnnotations } from "../../options/parse/key-value.ts";
import { parseMac, parseNetworks } from "../../options/parse/network.ts";
import { mergePorts, parsePublish } from "../../options/parse/port.ts";
import { ipOfFlag } from "../flags/ip-flag.ts";
import type { PlayCall } from "./play-engine.ts";

/**
 * What the flags of `kube play` come to.
 * @throws {TspodError} If a value can't be read.
 */
export async function playOptionsOf(call: PlayCall, sources: readonly KubeSource[]): Promise<PlayOptions> {
  const { flags, given, cwd } = call;
  const propagation = propagationOf(flags["service-exit-code-propagation"]);
  return {
    sources,
    configMaps: await readSources(flags.configmap, call),
    validation: flags.strict ? "strict" : validationOf(flags.validate),
    network: flags.network.length === 0 ? undefined : parseNetworks(flags.network),
    ips: flags.ip.map((text) => ipOfFlag("ip", text)),
    macs: flags["mac-address"].map(parseMac),
    published: mergePorts(flags.publish.filter((text) => text !== "").map(parsePublish)),
    publishAll: flags["publish-all"],
    userns: flags.userns ?? "",
    noHosts: flags["no-hosts"],
    noHostname: flags["no-hostname"],
    noPodPrefix: flags["no-pod-prefix"],
    annotations: annotationsOf(flags.annotation),
    start: flags.start,
    ...(flags["service-container"] && {
      service: { notifySocket: call.env.NOTIFY_SOCKET || undefined, exitCodePropagation: propagation },
    }),
    replace: flags.replace,
    build: given.has("build") ? flags.build : undefined,
    contextDirectory: resolve(cwd, flags["context-dir"] ?? ""),
    quiet: flags.quiet,
    profileRoot: resolve(cwd, flags["seccomp-profile-root"]),
    cwd,
    createCommand: call.argv,
  };
}

function validationOf(text: string): Validation {
  if (text === "ignore" || text === "warn" || text === "strict") return text;
  throw new UsageError(`--validate "${text}": is one of ignore, warn, strict`);
}

/** @throws {UsageError} In Podman's words. */
function propagationOf(text: string | undefined): "any" | "all" | undefined {
  if (!text || text === "none") return undefined;
  if (text === "any" || text === "all") return text;
  throw new UsageError(`unsupported exit-code propagation "${text}"`);
}

function annotationsOf(texts: readonly string[]): Record<string, string> {
  const bad = texts.find((text) => !text.includes("="));
  if (bad !== undefined) throw new UsageError(`annotation "${bad}" must include an '=' sign`);
  return parseAnnotations(texts);
}
