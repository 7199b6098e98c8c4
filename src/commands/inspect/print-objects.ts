import type { Call } from "../../cli/define-command.ts";
import { isJsonFormat, toJson } from "../../cli/output/json.ts";
import { unescapeTemplate } from "../../cli/output/unescape.ts";
import { NotFoundError, TspodError } from "../../errors.ts";
import type { FoundObject } from "./found-object.ts";

const INDENT = 5;

/**
 * Print what was asked for: what is there first, then the errors for those that aren't.
 * @param find each throws NotFoundError where there is nothing of that name
 * @throws {TspodError} The first of them.
 */
export async function printObjects(
  call: Pick<Call, "print" | "warn">,
  finds: readonly (() => FoundObject | Promise<FoundObject>)[],
  { format }: { format: string },
): Promise<void> {
  const objects: FoundObject[] = [];
  const missing: NotFoundError[] = [];
  for (const find of finds) {
    try {
      objects.push(await find());
    } catch (error) {
      if (!(error instanceof NotFoundError)) throw error;
      missing.push(error);
    }
  }
  if (format === "" || isJsonFormat(format))
    call.print(
      toJson(
        objects.map(({ object }) => object),
        INDENT,
      ),
    );
  else await printTemplate(call, objects, format);
  const [first, ...others] = missing;
  for (const other of others) call.warn(other.message);
  if (first !== undefined) throw new TspodError(first.message, { cause: first.cause });
}

async function printTemplate(
  { print }: Pick<Call, "print">,
  objects: readonly FoundObject[],
  format: string,
): Promise<void> {
  const { parseTemplate } = await import("../../cli/output/template.ts");
  const { toGoObject } = await import("../../podman/types/go-object.ts");
  const source = unescapeTemplate(format).replace(/\n$/, "");
  const render = parseTemplate(source, { name: "inspect", prefix: "{{range .}}" });
  for (const { kind, object, methods } of objects) print(render(toGoObject(kind, { ...object, ...methods })));
}
