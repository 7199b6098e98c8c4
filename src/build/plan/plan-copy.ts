import { TspodError } from "../../errors.ts";
import { isWebAddress } from "../../options/web-address.ts";
import { cleanPath } from "../parse/clean-path.ts";
import { heredocStart } from "../parse/heredoc.ts";
import type { CopyInstruction, Located } from "../parse/instruction.ts";
import type { Expander } from "./expander.ts";
import { type StageState, workdirOf } from "./stage-state.ts";
import type { InlineFile, Step } from "./step.ts";

/**
 * What a COPY or ADD puts where.
 * @throws {TspodError} For a source that only ADD takes.
 */
export function planCopy(
  state: StageState,
  instruction: Located<CopyInstruction>,
  expand: Expander,
): Pick<Step, "createdBy" | "action"> {
  const { kind, from, chown, chmod, excludes, checksum } = instruction;
  const words = instruction.sources.filter((word) => !isHeredoc(instruction, word));
  const sources = words.map((word) => expand.text(word));
  const files = instruction.heredocs.map(
    ({ name, content, expand: isExpanded }): InlineFile => ({
      name,
      content: isExpanded ? expand.body(content) : content,
    }),
  );
  if (kind === "copy" && from === undefined) refuseUrls(sources, instruction.text);
  const destination = destinationPath(state, expand.text(instruction.destination));
  const text = [...sources, ...files.map(({ name }) => `<<${name}`)].join(" ");
  return {
    createdBy: `/bin/sh -c #(nop) ${kind.toUpperCase()} ${text} in ${destination} `,
    action: {
      ...instruction,
      kind,
      sources,
      files,
      destination,
      from: from === undefined ? undefined : expand.text(from),
      chown: chown === undefined ? undefined : expand.text(chown),
      chmod: chmod === undefined ? undefined : expand.text(chmod),
      excludes: excludes.map((each) => expand.text(each)),
      checksum: checksum === undefined ? undefined : expand.text(checksum),
    },
  };
}

function isHeredoc({ heredocs }: CopyInstruction, word: string): boolean {
  const name = heredocStart(word)?.name;
  return name !== undefined && heredocs.some((heredoc) => heredoc.name === name);
}

/** @param step as it is written: Podman's words name it */
function refuseUrls(sources: readonly string[], step: string): void {
  const url = sources.find(isWebAddress);
  if (url !== undefined)
    throw new TspodError(
      `building at STEP "${step}": source can't be a URL for COPY: "${url}" (ADD takes URLs)`,
    );
}

/** Absolute and clean; the slash at the end stays, since it says that a directory is meant. */
function destinationPath(state: StageState, text: string): string {
  const isDirectory = text === "" || text === "." || text.endsWith("/") || text.endsWith("/.");
  const path = cleanPath(text.startsWith("/") ? text : `${workdirOf(state)}/${text}`);
  return isDirectory && path !== "/" ? `${path}/` : path;
}
