import type { Call } from "../../cli/call.ts";
import { isJsonFormat, toJson } from "../../cli/output/json.ts";
import { unescapeTemplate } from "../../cli/output/unescape.ts";
import { NotFoundError, TspodError } from "../../errors.ts";
import { withGoNames } from "../../podman/go-value.ts";

const INDENT = 5;
/** Names that `docker inspect` has for podman's fields. */
const ALIASES = { imageid: "Image", dst: "Destination", src: "Source" };

/**
 * Print what was asked for: what is there first, then the errors for those that aren't.
 * @param find each throws NotFoundError where there is nothing of that name
 * @throws {TspodError} `inspecting object: …`
 */
export async function printObjects(
  call: Pick<Call, "print" | "warn">,
  finds: readonly (() => object)[],
  { format }: { format: string },
): Promise<void> {
  const objects: object[] = [];
  const missing: NotFoundError[] = [];
  for (const find of finds) {
    try {
      objects.push(find());
    } catch (error) {
      if (!(error instanceof NotFoundError)) throw error;
      missing.push(error);
    }
  }
  if (format === "" || isJsonFormat(format)) call.print(toJson(objects, INDENT));
  else await printTemplate(call, objects, format);
  const [first, ...others] = missing;
  for (const other of others) call.warn(`error inspecting object: ${other.message}`);
  if (first !== undefined) throw new TspodError("inspecting object", { cause: first });
}

async function printTemplate(
  { print }: Pick<Call, "print">,
  objects: readonly object[],
  format: string,
): Promise<void> {
  const { parseTemplate } = await import("../../cli/output/template.ts");
  const source = unescapeTemplate(format).replace(/\n$/, "");
  try {
    const render = parseTemplate(source, { name: "inspect", prefix: "{{range .}}" });
    for (const object of objects) print(render(withGoNames(object, ALIASES)));
  } catch (error) {
    if (!(error instanceof TspodError)) throw error;
    throw new TspodError("inspecting object: printing inspect output", { cause: error });
  }
}
