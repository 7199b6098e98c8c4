import { ownValue } from "../../../oci/shape.ts";
import type { LookUp, Names } from "./directive.ts";

/** Keys of each type of `--mount`; one that ends with `=` goes on. */
const KEYS: Readonly<Record<string, readonly string[]>> = {
  bind: ["source=", "bind-propagation=", "bind-nonrecursive", "relabel=shared", "relabel=private", "U=true"],
  volume: ["source=", "subpath=", "nocopy", "U=true"],
  tmpfs: ["tmpfs-size=", "tmpfs-mode=", "tmpcopyup", "notmpcopyup", "U=true"],
  image: ["source=", "subpath=", "rw=true"],
  glob: ["source="],
  devpts: ["uid=", "gid=", "mode=", "max="],
  ramfs: ["tmpfs-size=", "tmpfs-mode="],
};
const ALL = ["target=", "ro"];

/** `type=bind,source=…,target=…`: what may stand behind the last comma. */
export function mountWords(typed: string, lookUp: LookUp): Names {
  const at = typed.lastIndexOf(",") + 1;
  const [before, current] = [typed.slice(0, at), typed.slice(at)];
  const type = /(?:^|,)type=(\w+),/.exec(before)?.[1];
  if (type === undefined)
    return { words: Object.keys(KEYS).map((each) => `${before}type=${each},`), directive: "NoSpace" };
  const [, key, begun] = /^(source|src)=(.*)$/s.exec(current) ?? [];
  if (key !== undefined && begun !== undefined) {
    if (type !== "volume" && type !== "image") return { words: [], directive: "Default" };
    return { words: lookUp(type, begun).map((name) => `${before}${key}=${name},`), directive: "NoSpace" };
  }
  const words = [...(ownValue(KEYS, type) ?? []), ...ALL].filter((word) => !before.includes(`,${word}`));
  return { words: words.map((word) => before + word), directive: "NoSpace" };
}
