import type { Stage } from "../parse/dockerfile.ts";
import type { Instruction, Located } from "../parse/instruction.ts";
import type { Finding } from "./finding.ts";

const SECRET_WORDS = /(?:^|_)(?:apikey|auth|credentials?|key|password|pword|passwd|secret|token)(?:_|$)/i;
const NO_SECRET = /public|file|version/i;
const ONCE = ["cmd", "entrypoint", "healthcheck"] as const;

type StageInstruction = Located<Instruction>;

/** Single instructions of a stage, and those of which there should be one. */
export function checkInstructions(stage: Stage): Finding[] {
  return [
    ...stage.instructions.flatMap((instruction, index) =>
      checkOne(instruction, stage.instructions.slice(0, index)).map((finding) => ({
        ...finding,
        lines: instruction.lines,
      })),
    ),
    ...repeated(stage),
  ];
}

function repeated({ instructions }: Stage): Finding[] {
  return ONCE.flatMap((kind) =>
    instructions
      .filter((instruction) => instruction.kind === kind)
      .slice(0, -1)
      .map(({ lines }) => ({
        check: "MultipleInstructionsDisallowed",
        message: `Multiple ${kind.toUpperCase()} instructions should not be used in the same stage because only the last one will be used`,
        lines,
      })),
  );
}

type Message = Omit<Finding, "lines">;

function checkOne(instruction: StageInstruction, before: readonly StageInstruction[]): Message[] {
  switch (instruction.kind) {
    case "cmd":
    case "entrypoint":
      return checkShellForm(instruction, before);
    case "maintainer":
      return [
        {
          check: "MaintainerDeprecated",
          message: "Maintainer instruction is deprecated in favor of using label",
        },
      ];
    case "env":
      return [
        ...legacy("ENV", instruction.isLegacy),
        ...instruction.pairs.flatMap(([name]) => checkSecret("ENV", name)),
      ];
    case "label":
      return legacy("LABEL", instruction.isLegacy);
    case "arg":
      return instruction.args.flatMap(({ name }) => checkSecret("ARG", name));
    case "workdir":
      return checkWorkdir(instruction.value, before);
    case "expose":
      return instruction.words.flatMap(checkPort);
    default:
      return [];
  }
}

/** A shell of one's own choice is asked for by SHELL. */
function checkShellForm(
  instruction: Extract<StageInstruction, { kind: "cmd" | "entrypoint" }>,
  before: readonly StageInstruction[],
): Message[] {
  if (instruction.command.form === "exec" || before.some(({ kind }) => kind === "shell")) return [];
  return [
    {
      check: "JSONArgsRecommended",
      message: `JSON arguments recommended for ${instruction.kind.toUpperCase()} to prevent unintended behavior related to OS signals`,
    },
  ];
}

function legacy(name: string, isLegacy: boolean): Message[] {
  if (!isLegacy) return [];
  return [
    {
      check: "LegacyKeyValueFormat",
      message: `"${name} key=value" should be used instead of legacy "${name} key value" format`,
    },
  ];
}

function checkSecret(instruction: string, name: string): Message[] {
  if (!SECRET_WORDS.test(name) || NO_SECRET.test(name)) return [];
  return [
    {
      check: "SecretsUsedInArgOrEnv",
      message: `Do not use ARG or ENV instructions for sensitive data (${instruction} "${name}")`,
    },
  ];
}

/** The first one has nothing of the file's own to be relative to. */
function checkWorkdir(path: string, before: readonly StageInstruction[]): Message[] {
  if (/^[/$]/.test(path) || before.some(({ kind }) => kind === "workdir")) return [];
  return [
    {
      check: "WorkdirRelativePath",
      message: `Relative workdir "${path}" can have unexpected results if the base image has a WORKDIR set`,
    },
  ];
}

function checkPort(word: string): Message[] {
  const protocol = word.split("/")[1];
  return [
    ...(protocol !== undefined && protocol !== protocol.toLowerCase()
      ? [
          {
            check: "ExposeProtoCasing",
            message: `Defined protocol '${word}' in EXPOSE instruction should be lowercase`,
          },
        ]
      : []),
    ...(word.includes(":")
      ? [
          {
            check: "ExposeInvalidFormat",
            message: `EXPOSE instruction should not define an IP address or host-port mapping, found '${word}'`,
          },
        ]
      : []),
  ];
}
