import type { Statement } from "../parse/statements.ts";
import type { Finding } from "./finding.ts";

/** How instructions are written: their case, and empty lines inside of them. */
export function checkStatements(statements: readonly Statement[]): Finding[] {
  return [...emptyContinuations(statements), ...casing(statements)];
}

function emptyContinuations(statements: readonly Statement[]): Finding[] {
  return statements
    .filter(({ hasEmptyContinuation }) => hasEmptyContinuation)
    .map(({ lines }) => ({
      check: "NoEmptyContinuation",
      message: "Empty continuation line",
      lines: { first: lines.last, last: lines.last },
    }));
}

/** The case that most instructions have counts as the file's. */
function casing(statements: readonly Statement[]): Finding[] {
  const lower = statements.filter(({ writtenName }) => writtenName === writtenName.toLowerCase()).length;
  const isLower = lower > statements.length / 2;
  return statements
    .filter(({ writtenName }) => {
      const wanted = isLower ? writtenName.toLowerCase() : writtenName.toUpperCase();
      return writtenName !== wanted;
    })
    .map(({ writtenName, lines }) => ({
      check: "ConsistentInstructionCasing",
      message: `Command '${writtenName}' should match the case of the command majority (${isLower ? "lowercase" : "uppercase"})`,
      lines,
    }));
}
