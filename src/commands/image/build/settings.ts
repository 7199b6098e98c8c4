import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { withoutStore } from "../../../build/inputs/without-store.ts";
import { type IgnoreRule, parseIgnoreFile } from "../../../build/parse/ignore-rules.ts";
import { PROXY_ARGS } from "../../../build/plan/build-args.ts";
import { chooseBuildRuntime } from "../../../build/process/runtime.ts";
import { givenSecrets } from "../../../build/process/secrets.ts";
import type { BuildSettings, BuildTime, NamedContext } from "../../../build/run/build.ts";
import { parseFlags } from "../../../cli/flags/parse-flags.ts";
import { knownRuntimes } from "../../../config/known-runtimes.ts";
import { TspodError } from "../../../errors.ts";
import { hostPlatform, wantedPlatform } from "../../../oci/choose-platform.ts";
import type { Platform } from "../../../oci/platform.ts";
import { askedPlatform, type PlatformTexts } from "../../../options/asked-platform.ts";
import type { CreateOptions } from "../../../options/create-options.ts";
import { parseDuration } from "../../../options/duration.ts";
import { type CreateFlags, createFlags } from "../../flags/create/create-flags.ts";
import { createOptionsFromFlags } from "../../flags/create/options-from-flags.ts";
import { surroundingsOf } from "../../flags/create/surroundings-of.ts";
import { buildArgs } from "./build-args.ts";
import { runFlags } from "./flags.ts";
import type { BuildCall, BuildInputs } from "./inputs.ts";
import { parseAgents, parseSecrets } from "./secrets.ts";
import { autoIdMaps } from "./user-namespace.ts";

const MANY = 1_000_000;
const LEAST_JOBS = 4;

/**
 * What the flags ask of a build.
 * @throws {TspodError} If a value makes no sense.
 */
export function settingsFromFlags(call: BuildCall, inputs: BuildInputs): BuildSettings {
  const { flags, cwd, env, signal, argv } = call;
  const args = buildArgs(call);
  const time = timeFromFlags(call);
  if (time !== undefined && !args.has("SOURCE_DATE_EPOCH"))
    args.set("SOURCE_DATE_EPOCH", String(time.seconds));
  return {
    context:
      inputs.context === undefined
        ? undefined
        : {
            path: inputs.context,
            rules: [...parseIgnoreFile(inputs.ignore?.text ?? ""), ...storeRules(call, inputs.context)],
            ignoreFile: inputs.ignore?.path,
            keepsOwners: false,
          },
    contexts: namedContexts(flags["build-context"], cwd),
    args,
    platform: targetPlatform(call),
    noCache:
      flags["no-cache"] || !flags.layers || flags["cache-ttl"] === "0" ? "all" : flags["no-cache-filter"],
    cacheTtlMs: ttl(flags["cache-ttl"]),
    layers: flags.layers,
    jobs: flags.jobs === 0 ? MANY : (flags.jobs ?? Math.max(LEAST_JOBS, availableParallelism())),
    secrets: givenSecrets(parseSecrets(flags.secret, { env, cwd }), parseAgents(flags.ssh, { env, cwd })),
    options: runOptions(call),
    runtime: chooseBuildRuntime(call.globalFlags.runtime, {
      path: env.PATH,
      known: knownRuntimes(call.conf),
    }),
    proxies: flags["http-proxy"] ? proxies(env, args) : [],
    stdin: flags.stdin,
    allowInsecure: flags.allow.includes("security.insecure"),
    env: flags.env.map((text) => variable(text, env)),
    inherits: { labels: flags["inherit-labels"], annotations: flags["inherit-annotations"] },
    time,
    createCommand: argv,
    signal,
  };
}

/** Rules that leave the store out of a context, and a warning where it is in there. */
function storeRules(call: BuildCall, context: string): IgnoreRule[] {
  const rules = withoutStore(context, call.store());
  for (const { pattern } of rules)
    call.log(
      "warn",
      `left out ${JSON.stringify(pattern)} of the context: it is the store, where the build is`,
    );
  return rules;
}

function variable(text: string, env: BuildCall["env"]): readonly [string, string] {
  const at = text.indexOf("=");
  return at === -1 ? [text, env[text] ?? ""] : [text.slice(0, at), text.slice(at + 1)];
}

/** The flags' words, once the build is for one platform. */
export function platformTexts({ os, arch, variant, platform }: BuildCall["flags"]): PlatformTexts {
  return { os, arch, variant, platform: platform[0] && withHostOs(platform[0]) };
}

/** `/arm` and `windows/`, which Podman's builder takes: what is not said is the host's. */
function withHostOs(text: string): string {
  return text.replace(/^\/(?=.)/, `${hostPlatform(process.arch).os}/`).replace(/(?<=.)\/$/, "");
}

/** Whether the command line says what the image is for. */
export function asksPlatform({ flags: { os, arch, variant, platform } }: BuildCall): boolean {
  return [os, arch, variant, ...platform].some((text) => text !== undefined);
}

export function targetPlatform({ flags }: BuildCall): Platform {
  return wantedPlatform(hostPlatform(process.arch), askedPlatform(platformTexts(flags)));
}

/** Milliseconds. */
function ttl(text: string | undefined): number | undefined {
  return text === undefined || text === "0" ? undefined : parseDuration(text) / 1e6;
}

/** Of the caller, unless an argument of that name was given. */
function proxies(env: BuildCall["env"], args: ReadonlyMap<string, string>): string[] {
  return [...PROXY_ARGS].flatMap((name) => {
    const value = args.get(name) ?? env[name];
    return value === undefined || value === "" ? [] : [`${name}=${value}`];
  });
}

/** The host name of all steps, as BuildKit has it: the same one each time. */
const SANDBOX = "buildkitsandbox";

/**
 * What every RUN gets, as if it were a `run` with these flags. (`--network container` is buildah's word for a
 * network of its own.)
 */
function runOptions(call: BuildCall): CreateOptions {
  if (call.flags["no-hosts"] && call.flags["add-host"].length > 0)
    throw new TspodError("--no-hosts and --add-host conflict, can not be used together");
  const { values } = parseFlags(["--log-driver=passthrough", "--passwd=false", "--env-merge="], createFlags);
  const own = Object.fromEntries(
    Object.keys(runFlags).map((name) => [name, call.flags[name as keyof typeof runFlags]]),
  );
  const flags = {
    ...values,
    ...own,
    network: call.flags.network.map((text) => (text === "container" ? "private" : text)),
    "env-merge": [],
    "http-proxy": false,
  } as unknown as CreateFlags;
  const surroundings = surroundingsOf(call);
  const options = createOptionsFromFlags(flags, ["build", "true"], { ...surroundings, image: undefined });
  const idMaps = autoIdMaps(call.flags.userns);
  return {
    ...options,
    ...(options.uts.kind === "private" && { hostname: SANDBOX }),
    ...(idMaps !== undefined && { userns: { kind: "maps" as const, ...idMaps } }),
  };
}

function timeFromFlags({ flags, env, given }: BuildCall): BuildTime | undefined {
  const epoch = flags["source-date-epoch"] ?? epochOf(env.SOURCE_DATE_EPOCH);
  if (flags.timestamp !== undefined) {
    if (given.has("source-date-epoch")) {
      throw new TspodError("--timestamp and --source-date-epoch can't be used together: give one of them");
    }
    return { seconds: flags.timestamp, files: "set" };
  }
  if (epoch === undefined) return undefined;
  return { seconds: epoch, files: flags["rewrite-timestamp"] ? "clamp" : "keep" };
}

function epochOf(text: string | undefined): number | undefined {
  if (text === undefined || text === "") return undefined;
  if (!/^\d+$/.test(text)) throw new TspodError(`SOURCE_DATE_EPOCH "${text}" is not a number of seconds`);
  return Number(text);
}

export function namedContexts(texts: readonly string[], cwd: string): Map<string, NamedContext> {
  return new Map(texts.map((text) => namedContext(text, cwd)));
}

const IMAGE_SCHEMES = /^(?:docker-image:\/\/|container-image:\/\/|docker:\/\/)/;

function namedContext(text: string, cwd: string): [string, NamedContext] {
  const at = text.indexOf("=");
  const [name, source] = [text.slice(0, at).toLowerCase(), text.slice(at + 1)];
  if (at < 1 || source === "") {
    throw new TspodError(`while parsing value "${text}" for --build-context: expected NAME=SOURCE`);
  }
  if (IMAGE_SCHEMES.test(source)) return [name, { kind: "image", name: source.replace(IMAGE_SCHEMES, "") }];
  if (/^[a-z0-9-]+:\/\//.test(source)) {
    throw new TspodError(
      `--build-context ${name}: "${source}" is not supported: use a directory, a git repository, the URL of a tar, or docker-image://NAME`,
    );
  }
  return [name, { kind: "tree", root: { path: resolve(cwd, source), rules: [], keepsOwners: false } }];
}
