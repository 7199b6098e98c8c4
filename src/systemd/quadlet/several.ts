import { TspodError } from "../../errors.ts";
import { KINDS, SECTIONS } from "./kinds.ts";

/** One of the quadlets in a `.quadlets` file. */
export interface QuadletPart {
  /** `web.container` */
  readonly name: string;
  readonly text: string;
}

/**
 * Take a `.quadlets` file apart: `---` lines between quadlets, and in each a comment `# FileName=NAME`.
 * @param path for errors
 * @throws {TspodError} If a part has no name, or no section of a kind that there is.
 * @see podman-quadlet-install(1)
 */
export function splitQuadlets(text: string, path: string): QuadletPart[] {
  const parts = text.split(/^[ \t]*---[ \t]*$/m).filter((part) => part.trim() !== "");
  if (parts.length === 0) throw new TspodError(`no valid quadlet sections found in file ${path}`);
  return parts.map((part, at) => {
    const where = `${path}, part ${at + 1}`;
    const [, name] = /^[ \t]*#[ \t]*FileName=(.*)$/m.exec(part) ?? [];
    if (name === undefined || !/^[^/\s.][^/]*$/.test(name.trim()))
      throw new TspodError(`${where}: missing or invalid "# FileName=<name>"`);
    const kind = KINDS.find((each) => new RegExp(`^[ \\t]*\\[${SECTIONS[each]}\\]`, "m").test(part));
    if (kind === undefined)
      throw new TspodError(`${where}: no section [${KINDS.map((each) => SECTIONS[each]).join("], [")}]`);
    return { name: `${name.trim()}.${kind}`, text: part.replace(/^\n/, "") };
  });
}
