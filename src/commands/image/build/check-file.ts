import type { CheckOptions } from "../../../build/lint/check-dockerfile.ts";
import type { Dockerfile } from "../../../build/parse/dockerfile.ts";
import { parseIgnoreFile } from "../../../build/parse/ignore-rules.ts";
import type { Values } from "../../../build/plan/build-args.ts";
import { TspodError } from "../../../errors.ts";
import type { BuildCall, BuildInputs } from "./inputs.ts";

interface Checked {
  readonly dockerfile: Dockerfile;
  readonly inputs: BuildInputs;
  readonly globals: Values;
}

/**
 * The checks, where they are asked for: by the command line, or by the file itself, which then must have no
 * finding.
 * @returns the exit code where nothing else is to be done
 * @throws {TspodError} If the file asks for its findings to be errors, and there are some.
 */
export async function checkFile(
  call: BuildCall,
  { dockerfile, inputs, globals }: Checked,
): Promise<number | undefined> {
  const { check, call: method, "build-arg": args } = call.flags;
  const isAsked = check || method !== "build";
  const prefix = "BUILDKIT_DOCKERFILE_CHECK=";
  const given = args.find((arg) => arg.startsWith(prefix))?.slice(prefix.length);
  const text = given ?? dockerfile.directives.check;
  if (!isAsked && text === undefined) return undefined;
  const { checkDockerfile, parseCheckOptions } = await import("../../../build/lint/check-dockerfile.ts");
  const options: CheckOptions = parseCheckOptions(text ?? "");
  if (!isAsked && !options.isError) return undefined;
  const ignore = parseIgnoreFile(inputs.ignore?.text ?? "");
  const findings = checkDockerfile(dockerfile, { ignore, globals }, options);
  const { describeFindings } = await import("../../../build/lint/describe-findings.ts");
  const lines = describeFindings(findings, { text: inputs.dockerfile, name: inputs.dockerfileName });
  if (isAsked) {
    for (const line of lines) call.print(line);
    return findings.length === 0 ? 0 : 1;
  }
  if (findings.length === 0) return undefined;
  for (const line of lines.slice(1)) call.warn(line);
  throw new TspodError("lint violation found for rules, as the check directive asks for: see above");
}
