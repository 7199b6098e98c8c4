import { temporaryDirectory } from "../../build/inputs/temporary-directory.ts";
import { parseDockerfile } from "../../build/parse/dockerfile.ts";
import { defineCommand } from "../../cli/define-command.ts";
import { requireAuthFile } from "../../cli/require-file.ts";
import { TspodError } from "../../errors.ts";
import { localImageName } from "../flags/local-image-name.ts";
import { buildOne } from "./build/build-one.ts";
import type { Image } from "./build/deliver.ts";
import { type Delivery, deliveryOf, forPlatform } from "./build/delivery.ts";
import { withEnvironment } from "./build/environment.ts";
import { withFetchedContexts } from "./build/fetch-contexts.ts";
import { allBuildFlags } from "./build/flags.ts";
import { type BuildCall, readInputs } from "./build/inputs.ts";
import { askedPlatforms } from "./build/platforms.ts";
import { UNSUPPORTED } from "./build/refused-flags.ts";
import { toldCall } from "./build/told-call.ts";
import { userNamespaceFault } from "./build/user-namespace.ts";

const FORMATS = ["oci", "docker"] as const;

export const command = defineCommand({
  name: "build",
  operands: "[CONTEXT]",
  summary: "Build an image from a Dockerfile",
  description:
    "The instructions are read from the Containerfile or Dockerfile of the context, which is a directory, or is fetched: a git repository, a tar behind a URL or, as -, from standard input. Stages that don't need each other are built side by side, and those that nothing needs are not built. Each step is kept in a cache by the content of what it depends on; `tspod why --build` says why one was done anew.\n\n" +
    "The image's ID is printed at the end.",
  examples: [
    { line: "tspod build -t app .", help: "the Dockerfile of this directory, as localhost/app:latest" },
    { line: "tspod build --target test -f build/Dockerfile .", help: "one stage of another Dockerfile" },
    {
      line: "tspod build --secret id=npmrc,src=.npmrc .",
      help: "with a file that only a RUN --mount=type=secret sees",
    },
    {
      line: "tspod build --platform linux/amd64,linux/arm64 -t quay.io/team/app --push .",
      help: "a list of two images, which is pushed",
    },
    {
      line: "tspod build --cache-from quay.io/me/c --cache-to quay.io/me/c -t app .",
      help: "with the steps that other machines have done",
    },
  ],
  exitCodes: { "1-255": "the exit code of the RUN command that failed; 125 for all other failures" },
  flags: allBuildFlags,
  maxOperands: 1,
  complete: "file",
  check({ flags, given }) {
    const { format, squash, "squash-all": squashAll, logfile, logsplit } = flags;
    const unsupported = Object.keys(UNSUPPORTED).find(
      (name) => given.has(name) && flags[name as keyof typeof flags] !== "false",
    );
    if (unsupported !== undefined) return `--${unsupported} is not supported: ${UNSUPPORTED[unsupported]}`;
    const fault = userNamespaceFault(flags.userns);
    if (fault !== undefined) return fault;
    const joined = flags.network.find((text) => /^container:/.test(text));
    if (joined !== undefined)
      return `--network "${joined}" is not supported: a build joins no container; use ns:/proc/PID/ns/net of its process`;
    const network = given.has("network") ? String(flags.network) : "host";
    if (flags.isolation === "chroot" && network !== "host")
      return "cannot set --network other than host with --isolation chroot";
    const dns = ["dns", "dns-option", "dns-search"].find((name) => given.has(name));
    if (dns !== undefined && network === "none")
      return `the --${dns} option cannot be used with --network=none`;
    if (squash && squashAll) return "cannot specify --squash-all with --squash";
    if (logsplit && logfile === undefined) return "cannot use --logsplit without --logfile";
    if (flags.iidfile !== undefined && flags["iidfile-raw"] !== undefined)
      return "--iidfile and --iidfile-raw cannot be used together";
    return FORMATS.some((known) => known === format) ? undefined : `unrecognized image type "${format}"`;
  },
  async run(asked) {
    process.umask(0o022); // The caller's plays no part in what an image has.
    using undo = new DisposableStack();
    const directory = () => undo.use(temporaryDirectory(asked.store())).path;
    const call = await withFetchedContexts(withEnvironment(asked), directory);
    requireAuthFile(call.flags.authfile, call);
    const delivery = deliveryOf(call);
    const inputs = await readInputs(call, directory);
    const dockerfile = parseDockerfile(inputs.dockerfile);
    const platforms = await askedPlatforms(call, dockerfile);
    refuseForSeveral(call, platforms);
    const several = platforms.length > 0;
    const images: Image[] = [];
    for (const platform of several ? platforms : [undefined]) {
      const one = platform === undefined ? call : withPlatform(call, platform);
      const part = platform === undefined ? delivery : forPlatform(delivery, platform);
      const told = toldCall(one, delivery, { platform, undo });
      const result = await buildOne(one, { inputs, dockerfile, delivery: part, told });
      if (result.kind === "checked") return result.exitCode;
      if (result.image !== undefined) images.push(result.image);
    }
    await finish(call, images, { delivery, several });
    const { keepBudget } = await import("../../build/cache/keep-budget.ts");
    await keepBudget(call.store());
    return undefined;
  },
});

function withPlatform(call: BuildCall, platform: string): BuildCall {
  const flags = { ...call.flags, platform: [platform], os: undefined, arch: undefined, variant: undefined };
  return { ...call, flags, given: new Set(call.given) };
}

/** What there is only one of. */
function refuseForSeveral({ flags }: BuildCall, platforms: readonly string[]): void {
  if (platforms.length === 0) return;
  if (flags.os !== undefined || flags.arch !== undefined || flags.variant !== undefined)
    throw new TspodError("--platform option can not be specified with --arch, --os or --variant");
  for (const name of ["iidfile", "iidfile-raw", "metadata-file"] as const) {
    const path = flags[name];
    if (path !== undefined)
      throw new TspodError(
        `building multiple images, but ${name} "${path}" can only be used to store one image ID`,
      );
  }
}

/** The list of images, and what is pushed. */
async function finish(
  call: BuildCall,
  images: readonly Image[],
  { delivery, several }: { delivery: Delivery; several: boolean },
): Promise<void> {
  const { manifest } = call.flags;
  const { names, pushed } = delivery;
  const ids = images.map(({ id }) => id);
  const listName = manifest === undefined ? undefined : localImageName(manifest);
  if (listName === undefined && !several && pushed.length === 0) return;
  const [first] = images;
  if (first === undefined) return;
  const { addToList } = await import("./build/build-list.ts");
  const lists = new Map<string, Awaited<ReturnType<typeof addToList>>>();
  if (listName !== undefined)
    lists.set(listName, await addToList(call, ids, { name: listName, takesOver: false }));
  if (several && listName === undefined)
    for (const name of names) lists.set(name, await addToList(call, ids, { name, takesOver: true }));
  if (pushed.length === 0) return;
  const { pushResult } = await import("./build/push-result.ts");
  for (const name of pushed) await pushResult(call, lists.get(name) ?? first, [name]);
}
