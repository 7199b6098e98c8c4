import { type Call, defineCommand } from "../../cli/define-command.ts";
import { redirectStandardOutput } from "../../cli/output/redirect.ts";
import { removeNamed } from "../../container/remove-named.ts";
import { TspodError, withoutControls } from "../../errors.ts";
import { imageForContainer, type NamedImage } from "../../image/acquire/resolve-image.ts";
import { digestHex } from "../../oci/digest.ts";
import { programFile } from "../../os/program-files.ts";
import { execve } from "../../os/spawn.ts";
import { type RunLabelFacts, runLabelArguments } from "../../podman/run-label.ts";
import { engineOf, imageEngineOf } from "../flags/engine-of.ts";
import { registryFlags, registryOptions } from "../flags/registry-flags.ts";

const option = (number: number) =>
  ({
    type: "string",
    value: "TEXT",
    hidden: true,
    help: `What stands for $OPT${number} in the label`,
  }) as const;

const flags = {
  ...registryFlags,
  display: { type: "boolean", help: "Show the command, and do not run it" },
  name: { type: "string", short: "n", value: "NAME", help: "What stands for NAME in the label" },
  opt1: option(1),
  opt2: option(2),
  opt3: option(3),
  quiet: {
    type: "boolean",
    short: "q",
    help: "Print neither the progress of a pull nor what the command prints",
  },
  replace: { type: "boolean", help: "Remove the container of that name first" },
} as const;

/** Podman's: what a label calls finds it in its environment. */
const NESTED = "PODMAN_RUNLABEL_NESTED";

type RunLabelCall = Call<typeof flags>;

export const command = defineCommand({
  name: "container runlabel",
  operands: "LABEL IMAGE [ARG...]",
  summary: "Run the command that a label of an image describes",
  description:
    "Images say in labels such as INSTALL or RUN how they want to be run: `podman run --name NAME IMAGE`. The label is looked for without regard to case. " +
    "IMAGE and NAME stand for the image and for a name, $HOME, $PWD, $OPT1, $OPT2 and $OPT3 for what they say; other variables are empty. What follows IMAGE is put behind the command.\n\n" +
    "Such a command can ask for all of your files: --display shows it first. Only labels that call podman or docker, by whatever path, are carried out, by tspod; a label that calls another program is refused.",
  examples: [
    { line: "tspod container runlabel --display install fedora/etcd", help: "what the image asks for" },
    { line: "tspod container runlabel --name db run postgres", help: "run it as its label says" },
  ],
  flags,
  haltAtOperand: true,
  minOperands: 2,
  complete: ["none", "image", "file"],
  async run(call) {
    // A label that asks for itself would do so for ever.
    if (call.env[NESTED] === "1")
      throw new TspodError("nested runlabel calls: runlabels cannot execute the runlabel command");
    const [label = "", text = "", ...others] = call.operands;
    const image = await findImage(call, text);
    const line = labelOf(image, label);
    if (line === undefined)
      throw new TspodError(`cannot find the value of label: ${label} in image: ${text}`);
    const args = runLabelArguments([line, ...others].join(" "), factsOf(call, image, text));
    if (call.flags.display) {
      // What an image says must not hide a part of itself on the terminal.
      call.print(`command: ${withoutControls([call.launch.typed, ...args].join(" "))}`);
      return;
    }
    const named = args[args.indexOf("--name") + 1];
    if (call.flags.replace && args.includes("--name") && named) await removeNamed(engineOf(call), named);
    call.flush();
    if (call.flags.quiet) redirectStandardOutput("/dev/null");
    execve(programFile, [call.launch.name, ...args], { ...call.env, ...variablesOf(call), [NESTED]: "1" });
  },
});

function findImage(call: RunLabelCall, text: string): Promise<NamedImage> {
  return imageForContainer(imageEngineOf(call), {
    beforePull: () => undefined,
    text,
    policy: "missing",
    quiet: call.flags.quiet,
    registry: registryOptions(call),
    platform: { platform: undefined, os: undefined, arch: undefined, variant: undefined },
  });
}

function labelOf({ stored }: NamedImage, wanted: string): string | undefined {
  const labels = Object.entries(stored.config.config?.Labels ?? {});
  const found = labels.find(([name]) => name.toLowerCase() === wanted.replace(/^\//, "").toLowerCase());
  return found?.[1] || undefined;
}

/** Without --name the last part of the image's name, as it was typed where it was no ID. */
function factsOf(call: RunLabelCall, { stored }: NamedImage, text: string): RunLabelFacts {
  const image = stored.names[0] ?? digestHex(stored.id);
  const named = digestHex(stored.id).startsWith(text) ? image : text;
  const [last = ""] = named.slice(named.lastIndexOf("/") + 1).split(/[:@]/);
  return {
    image,
    name: call.flags.name || last,
    variables: { ...variablesOf(call), HOME: call.env.HOME ?? "", PWD: call.cwd },
  };
}

function variablesOf({ flags: { opt1, opt2, opt3 } }: RunLabelCall): Record<string, string> {
  const options = { OPT1: opt1, OPT2: opt2, OPT3: opt3 };
  return Object.fromEntries(
    Object.entries(options).flatMap(([name, value]) => (value ? [[name, value]] : [])),
  );
}
