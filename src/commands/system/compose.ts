import { basename } from "node:path";
import { isatty } from "node:tty";
import { type Call, defineCommand } from "../../cli/define-command.ts";
import { composeSettings } from "../../config/engine-settings.ts";
import { TspodError } from "../../errors.ts";
import { findProgram } from "../../os/find-program.ts";
import { programFile } from "../../os/program-files.ts";
import { execve } from "../../os/spawn.ts";

/** What is looked for, in this order. docker-compose talks to an API alone, which tspod doesn't have. */
const PROVIDERS = ["podman-compose"];

export const command = defineCommand({
  name: "compose",
  operands: "[ARG...]",
  summary: "Run a compose file by a program that can: podman-compose",
  description:
    "Becomes podman-compose, with tspod in the place of Podman: all words behind compose are its own, --help too. Another program is called where the variable PODMAN_COMPOSE_PROVIDER or compose_providers of containers.conf name one; it must work by Podman's command line. " +
    "On a terminal it is said which program that is, unless PODMAN_COMPOSE_WARNING_LOGS or compose_warning_logs is false.",
  examples: [
    { line: "tspod compose up --detach", help: "start the services of the directory's compose file" },
    { line: "tspod compose -f web.yaml down --volumes", help: "take others down, with their volumes" },
  ],
  exitCodes: { "0-255": "as the program's" },
  flags: {},
  raw: true,
  complete: "file",
  run(call) {
    if (call.launch.joined)
      throw new TspodError(
        "compose takes no global flags before it: podman-compose has --podman-args for them",
      );
    const { providers, warns } = composeSettings(call.conf);
    const provider = findProvider(call.env, providers);
    if (isatty(2) && warns && call.env.PODMAN_COMPOSE_WARNING_LOGS !== "false")
      call.warn(
        `>>>> Executing external compose provider "${provider}". Please see tspod-compose(1) for how to disable this message. <<<<\n`,
      );
    const own = basename(provider) === "podman-compose" ? ["--podman-path", programFile] : [];
    call.flush();
    execve(provider, [provider, ...own, ...call.operands], call.env);
  },
});

function findProvider(env: Call["env"], configured: readonly string[]): string {
  const asked = env.PODMAN_COMPOSE_PROVIDER;
  const names = asked ? [asked] : configured.length > 0 ? configured : PROVIDERS;
  for (const name of names) {
    const found = findProgram(name, env.PATH);
    if (found !== undefined) return found;
  }
  throw new TspodError(
    `looking up compose provider failed: none of ${names.join(", ")} is there: apt-get install podman-compose`,
  );
}
