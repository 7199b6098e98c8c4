import { TspodError } from "../../errors.ts";
import { ownValue } from "../../oci/shape.ts";
import { workloadWarnings } from "../plan/workloads.ts";
import { type KubeDocument, placeText } from "../read/document.ts";
import { checkDocument } from "../schema/check.ts";
import { KINDS, REFUSED } from "../schema/kinds.ts";
import { documentWithTexts } from "../schema/with-texts.ts";
import { hookWarnings, isInstalled } from "./helm-hooks.ts";
import type { Validation } from "./play-options.ts";

export interface CheckedDocuments {
  /** Those of kinds that are carried out, without what is no part of an installed Helm chart. */
  readonly documents: readonly KubeDocument[];
  /** Lines for the user. */
  readonly warnings: readonly string[];
}

/**
 * Checks all fields. Values that can't be what a field holds are errors always; fields that nobody knows, or
 * that are not carried out, as `validation` says. What Podman takes, and a cluster doesn't, is an error for
 * "strict" only.
 * @throws {TspodError} Naming each place.
 */
export function checkDocuments(all: readonly KubeDocument[], validation: Validation): CheckedDocuments {
  const errors: string[] = [];
  const warnings: string[] = [];
  for (const document of all) {
    const refused = ownValue(REFUSED, document.kind);
    if (refused !== undefined) errors.push(`${placeText(document, ["kind"])}: ${refused}`);
    else if (!Object.hasOwn(KINDS, document.kind))
      warnings.push(`${placeText(document, ["kind"])}: ${document.kind} is no kind that is carried out here`);
    else
      for (const { isError, isLenient, line } of linesOf(document))
        if (isError || !isLenient || validation === "strict") (isError ? errors : warnings).push(line);
  }
  if (validation === "strict") errors.push(...warnings);
  if (errors.length > 0) throw new TspodError(errors.join("; "));
  const documents = all.flatMap((document) => {
    const schema = ownValue(KINDS, document.kind);
    if (schema === undefined || !isInstalled(document)) return [];
    return [{ ...document, value: documentWithTexts(document.value, schema) }];
  });
  return { documents, warnings: validation === "ignore" ? [] : warnings };
}

interface Line {
  readonly isError: boolean;
  /** Podman takes it without a word: only "strict" minds. */
  readonly isLenient?: boolean;
  readonly line: string;
}

function linesOf(document: KubeDocument): Line[] {
  const schema = KINDS[document.kind];
  const findings = schema === undefined ? [] : checkDocument(document, schema);
  const lines = findings.map(
    ({ kind, path, message }): Line => ({
      isError: kind === "invalid",
      isLenient: kind === "lenient",
      line: `${placeText(document, path)}: ${message}`,
    }),
  );
  if (lines.some(({ isError }) => isError)) return lines;
  const more = [...workloadWarnings(document), ...hookWarnings(document)];
  return [...lines, ...more.map((line) => ({ isError: false, line }))];
}
