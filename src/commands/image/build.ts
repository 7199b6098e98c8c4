import { temporaryDirectory } from "../../build/inputs/temporary-directory.ts";
import { type Dockerfile, parseDockerfile } from "../../build/parse/dockerfile.ts";
import { unusedArgs } from "../../build/plan/build-args.ts";
import { planGraph } from "../../build/plan/graph.ts";
import { defineCommand } from "../../cli/define-command.ts";
import { requireFile } from "../../cli/require-file.ts";
import { imageForContainer } from "../../image/acquire/resolve-image.ts";
import { parsePullPolicy } from "../../image/pull/pull-policy.ts";
import { hostPlatform } from "../../oci/choose-platform.ts";
import type { Platform } from "../../oci/platform.ts";
import { engineOf, imageEngineOf } from "../flags/engine-of.ts";
import { checkFile } from "./build/check-file.ts";
import { deliveryOf } from "./build/delivery.ts";
import { allBuildFlags, UNSUPPORTED } from "./build/flags.ts";
import { type BuildCall, readInputs } from "./build/inputs.ts";
import { plainReport } from "./build/plain-report.ts";
import { settingsFromFlags } from "./build/settings.ts";

const FORMATS = ["oci", "docker"] as const;

export const command = defineCommand({
  name: "build",
  operands: "[CONTEXT]",
  summary: "Build an image from a Dockerfile",
  description:
    "The instructions are read from the Containerfile or Dockerfile of the context, which is a directory. Stages that don't need each other are built side by side, and those that nothing needs are not built. Each step is kept in a cache by the content of what it depends on.\n\n" +
    "The image's ID is printed at the end.",
  examples: [
    { line: "tspod build -t app .", help: "the Dockerfile of this directory, as localhost/app:latest" },
    { line: "tspod build --target test -f build/Dockerfile .", help: "one stage of another Dockerfile" },
    {
      line: "tspod build --secret id=npmrc,src=.npmrc .",
      help: "with a file that only a RUN --mount=type=secret sees",
    },
  ],
  exitCodes: { "1-255": "the exit code of the RUN command that failed; 125 for everything else" },
  flags: allBuildFlags,
  maxOperands: 1,
  complete: "directory",
  check({ flags: { format, platform, squash, "squash-all": squashAll }, given }) {
    const unsupported = Object.keys(UNSUPPORTED).find((name) => given.has(name));
    if (unsupported !== undefined) return `--${unsupported} is not supported: ${UNSUPPORTED[unsupported]}`;
    if (platform?.includes(",")) {
      return `--platform "${platform}": several platforms are not supported: build for one at a time`;
    }
    if (squash && squashAll) return "cannot specify --squash-all with --squash";
    return FORMATS.some((known) => known === format) ? undefined : `unrecognized image type "${format}"`;
  },
  async run(call) {
    process.umask(0o022); // The caller's plays no part in what an image has.
    if (call.flags.authfile) requireFile(call.flags.authfile, call);
    const delivery = deliveryOf(call);
    using temporary = new DisposableStack();
    const inputs = await readInputs(call, () => temporary.use(temporaryDirectory(call.store())).path);
    const settings = settingsFromFlags(call, inputs);
    const dockerfile = parseDockerfile(inputs.dockerfile);
    const graph = planGraph(dockerfile, {
      target: call.flags.target,
      given: settings.args,
      contexts: new Set(settings.contexts.keys()),
      buildPlatform: hostPlatform(process.arch),
      targetPlatform: settings.platform,
      all: !call.flags["skip-unused-stages"],
      firstImage: call.flags.from,
    });
    const checked = await checkFile(call, { dockerfile, inputs, globals: graph.globals });
    if (checked !== undefined) return checked;
    warnOfUnusedArgs(call, dockerfile, settings.args);
    const { runBuild } = await import("../../build/run/run-build.ts");
    const { deliver, reportImage } = await import("./build/deliver.ts");
    const image = await runBuild(
      engineOf(call),
      {
        settings,
        graph,
        findImage: (text, platform) => findImage(call, text, platform),
        report: reportTo(call, graph),
      },
      (build, target) => deliver(call, { build, target, delivery }),
    );
    if (image !== undefined) reportImage(call, image, delivery);
    return undefined;
  },
});

/** In Podman's words, which scripts look for. */
function warnOfUnusedArgs(call: BuildCall, dockerfile: Dockerfile, given: ReadonlyMap<string, string>): void {
  const unused = unusedArgs(dockerfile, given);
  if (unused.length > 0) {
    call.warn(`[Warning] one or more build args were not consumed: [${unused.join(" ")}]`);
  }
}

function reportTo(call: BuildCall, { stages }: ReturnType<typeof planGraph>) {
  return plainReport(
    {
      print(line) {
        call.print(line);
        call.flush();
      },
      write(stream, chunk) {
        if (stream === "stderr") call.writeError(chunk);
        else {
          call.write(chunk);
          call.flush();
        }
      },
    },
    { stages: stages.map(({ stage }) => stage.index), quiet: call.flags.quiet },
  );
}

/** @param wanted of the FROM, which wins over the command line's */
async function findImage(call: BuildCall, text: string, wanted: Platform | undefined) {
  const asked = wanted === undefined ? call.flags : { platform: platformText(wanted) };
  const { os, arch, variant, platform } = { os: undefined, arch: undefined, variant: undefined, ...asked };
  const found = await imageForContainer(imageEngineOf(call), {
    text,
    policy: pullPolicy(call),
    quiet: call.flags.quiet,
    registry: {
      ...(call.flags.authfile !== undefined && { authFile: call.flags.authfile }),
      ...(call.given.has("tls-verify") && { tlsVerify: call.flags["tls-verify"] }),
    },
    platform: { platform, os, arch, variant },
    beforePull: () => undefined,
  });
  return found.stored;
}

/** The older names of `--pull=always` and `--pull=never`. */
function pullPolicy({ flags }: BuildCall) {
  return parsePullPolicy(flags["pull-always"] ? "always" : flags["pull-never"] ? "never" : flags.pull);
}

function platformText({ os, architecture, variant }: Platform): string {
  return [os, architecture, variant].filter(Boolean).join("/");
}
