import type { ImportedCaches } from "../../../build/cache/imported-caches.ts";
import type { Dockerfile } from "../../../build/parse/dockerfile.ts";
import { missingArgs, unusedArgs } from "../../../build/plan/build-args.ts";
import { planGraph } from "../../../build/plan/graph.ts";
import { hostPlatform } from "../../../oci/choose-platform.ts";
import { platformText } from "../../../oci/platform.ts";
import { engineOf } from "../../flags/engine-of.ts";
import { registryOptions } from "../../flags/registry-flags.ts";
import { checkFile } from "./check-file.ts";
import type { Image } from "./deliver.ts";
import type { Delivery } from "./delivery.ts";
import { findImage } from "./find-image.ts";
import type { BuildCall, BuildInputs } from "./inputs.ts";
import { openReport } from "./report/open-report.ts";
import { withStepLog } from "./report/step-log.ts";
import { usageLog } from "./report/usage-log.ts";
import { settingsFromFlags } from "./settings.ts";

export interface OneBuild {
  readonly inputs: BuildInputs;
  readonly dockerfile: Dockerfile;
  readonly delivery: Delivery;
  /** The same call; its words are seen. */
  readonly told: BuildCall;
}

/** An exit code where only the checks were asked for; otherwise the image, if one was asked for. */
export type BuildResult =
  | { readonly kind: "checked"; readonly exitCode: number }
  | { readonly kind: "built"; readonly image: Image | undefined };

/** Build for one platform. @throws {TspodError} If it can't be done. */
export async function buildOne(
  call: BuildCall,
  { inputs, dockerfile, delivery, told }: OneBuild,
): Promise<BuildResult> {
  const settings = settingsFromFlags(call, inputs);
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
  if (checked !== undefined) return { kind: "checked", exitCode: checked };
  const unused = unusedArgs(dockerfile, settings.args);
  // In Podman's words, which scripts look for.
  if (unused.length > 0)
    told.warn(`[Warning] one or more build args were not consumed: [${unused.join(" ")}]`);
  for (const name of missingArgs(dockerfile, settings.args)) {
    const advice = `Try adding "--build-arg ${name}=<VALUE>" to the command line`;
    told.log("warn", `missing "${name}" build argument. ${advice}`);
  }
  const { runBuild } = await import("../../../build/run/run-build.ts");
  const { deliver, reportImage } = await import("./deliver.ts");
  await using imported = await importedCaches(told);
  using undo = new DisposableStack();
  const logged = usageLog(call, undo);
  const report = withStepLog(logged(await openReport(told, { graph, inputs })), told);
  const build = runBuild(
    engineOf(call),
    {
      settings,
      graph,
      findImage: (text, platform) => findImage(told, text, platform),
      report: report.stage,
      name: {
        context: inputs.context ?? "",
        dockerfile: inputs.dockerfileName,
        target: call.flags.target ?? "",
        platform: platformText(settings.platform),
      },
      imported,
    },
    async (done, target) => {
      const image = await deliver(call, { build: done, target, delivery });
      await exportCaches(call, done);
      return { image, journal: done.journal.read() };
    },
  );
  const { image, journal } = await build.catch((error: unknown) => {
    report.close(error);
    throw error;
  });
  report.close();
  if (image !== undefined) reportImage(told, image, delivery);
  if (call.flags.graph !== undefined) await printGraph(call, journal);
  return { kind: "built", image };
}

/** None where no --cache-from was given. */
async function importedCaches(call: BuildCall): Promise<ImportedCaches | undefined> {
  const texts = call.flags["cache-from"];
  if (texts.length === 0) return undefined;
  const [{ parseCachePlace }, { openCaches }] = await Promise.all([
    import("../../../build/cache/cache-place.ts"),
    import("../../../build/cache/imported-caches.ts"),
  ]);
  const places = texts.map((text) => parseCachePlace(text, { flag: "--cache-from", cwd: call.cwd }).place);
  const { signal } = call;
  return openCaches(places, { ...registryOptions(call), signal, warn: (line) => call.warn(line) });
}

async function exportCaches(
  call: BuildCall,
  build: Parameters<typeof import("../../../build/cache/export-cache.ts").exportCache>[0],
): Promise<void> {
  const texts = call.flags["cache-to"];
  if (texts.length === 0) return;
  const [{ parseCachePlace }, { exportCache }] = await Promise.all([
    import("../../../build/cache/cache-place.ts"),
    import("../../../build/cache/export-cache.ts"),
  ]);
  for (const text of texts)
    await exportCache(
      build,
      parseCachePlace(text, { flag: "--cache-to", cwd: call.cwd }),
      registryOptions(call),
    );
}

async function printGraph(
  call: BuildCall,
  journal: Parameters<typeof import("../../../build/run/draw-stages.ts").drawings.text>[0],
): Promise<void> {
  const { drawings } = await import("../../../build/run/draw-stages.ts");
  const draw = drawings[call.flags.graph === "svg" ? "svg" : call.flags.graph === "dot" ? "dot" : "text"];
  for (const line of draw(journal)) call.print(line);
}
