import { createReadStream, existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { NotFoundError, TspodError } from "../../errors.ts";
import type { TarIndex } from "./tar-index.ts";

/** Manifests and configs; containers/image allows 4 MiB. */
const TEXT_MAX = 4 * 1024 * 1024;
const CHUNK = 1024 * 1024;

/**
 * A directory, read as an archive is. Its files are found by names of digests and fixed ones only, so none
 * leads out of it.
 * @param root absolute
 * @param first a file that must be there
 * @param asked the directory as the user typed it
 * @throws {NotFoundError} If that file is not there, in Podman's words.
 */
export function indexDirectory(root: string, { first, asked }: { first: string; asked: string }): TarIndex {
  if (!existsSync(join(root, first)))
    throw new NotFoundError(`open ${join(asked, first)}: no such file or directory`);
  const find: TarIndex["find"] = (name) => {
    const facts = statSync(join(root, name), { throwIfNoEntry: false });
    return facts?.isFile() ? { name, offset: 0, size: facts.size } : undefined;
  };
  return {
    find,
    text(name) {
      const file = find(name);
      if (file === undefined) throw new TspodError(`damaged image: "${name}" is not in "${root}"`);
      if (file.size > TEXT_MAX) throw new TspodError(`damaged image: "${name}" has ${file.size} bytes`);
      return readFileSync(join(root, name), "utf8");
    },
    stream: ({ name }) => createReadStream(join(root, name), { highWaterMark: CHUNK }),
  };
}
