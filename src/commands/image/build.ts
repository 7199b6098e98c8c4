import { resolve } from "node:path";
import { parseDockerfile } from "../../build/parse/dockerfile.ts";
import { planGraph } from "../../build/plan/graph.ts";
import { defineCommand } from "../../cli/define-command.ts";
import { TspodError } from "../../errors.ts";
import { imageForContainer } from "../../image/acquire/resolve-image.ts";
import { parsePullPolicy } from "../../image/pull/pull-policy.ts";
import { hostPlatform } from "../../oci/choose-platform.ts";
import { digestHex } from "../../oci/digest.ts";
import type { Platform } from "../../oci/platform.ts";
import { parseAnnotations, parseLabels } from "../../options/parse/key-value.ts";
import { writeFileAtomic } from "../../os/files/write-file-atomic.ts";
import { engineOf, imageEngineOf } from "../flags/engine-of.ts";
import { localImageName } from "../flags/local-image-name.ts";
import { buildFlags } from "./build/flags.ts";
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
  flags: buildFlags,
  maxOperands: 1,
  complete: "directory",
  check({ flags: { format } }) {
    return FORMATS.some((known) => known === format) ? undefined : `unrecognized image type "${format}"`;
  },
  async run(call) {
    process.umask(0o022); // The caller's plays no part in what an image has.
    const names = call.flags.tag.map(localImageName);
    const inputs = readInputs(call);
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
    const { runBuild } = await import("../../build/run/run-build.ts");
    const { writeImage } = await import("../../build/run/write-image.ts");
    const [name, ...otherNames] = names;
    const image = await runBuild(
      engineOf(call),
      {
        settings,
        graph,
        findImage: (text, platform) => findImage(call, text, platform),
        report: reportTo(call, graph),
      },
      (build, target) =>
        writeImage(build, target, {
          name,
          otherNames,
          format: call.flags.format === "docker" ? "docker" : "oci",
          labels: parseLabels(call.flags.label),
          unsetLabels: call.flags.unsetlabel,
          unsetEnv: call.flags.unsetenv,
          annotations: parseAnnotations(call.flags.annotation),
          omitHistory: call.flags["omit-history"],
        }),
    );
    report(call, digestHex(image.id), names);
  },
});

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
    policy: parsePullPolicy(call.flags.pull),
    quiet: call.flags.quiet,
    authFile: call.flags.authfile,
    tlsVerify: call.given.has("tls-verify") ? call.flags["tls-verify"] : undefined,
    platform: { platform, os, arch, variant },
    beforePull: () => undefined,
  });
  return found.stored;
}

function platformText({ os, architecture, variant }: Platform): string {
  return [os, architecture, variant].filter(Boolean).join("/");
}

/** What Podman prints at the end. */
function report(call: BuildCall, id: string, names: readonly string[]): void {
  const { quiet, iidfile } = call.flags;
  if (!quiet) {
    call.print(["COMMIT", call.flags.tag[0]].filter(Boolean).join(" "));
    call.print(`--> ${id.slice(0, 12)}`);
    for (const name of names) call.print(`Successfully tagged ${name}`);
  }
  if (iidfile === undefined) call.print(id);
  else writeId(resolve(call.cwd, iidfile), `sha256:${id}`);
}

function writeId(path: string, id: string): void {
  try {
    writeFileAtomic(path, id, { mode: 0o644 });
  } catch (cause) {
    throw new TspodError(`writing the image ID to "${path}"`, { cause });
  }
}
