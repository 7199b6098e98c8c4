import { defineCommand } from "../../cli/define-command.ts";
import { findImage, listAllImages, type StoredImage } from "../../image/images.ts";
import { layerSize } from "../../image/layers.ts";
import { type Digest, digestHex } from "../../oci/digest.ts";
import { shortId } from "../../oci/short-id.ts";
import { humanSize } from "../../podman/human-size.ts";

export const command = defineCommand({
  name: "image tree",
  operands: "IMAGE",
  summary: "Show the layers of an image",
  description:
    "Prints an image's layers, the base first, with the images that each is the topmost layer of. With --whatrequires it shows also the layers of the images that were made from it.",
  examples: [
    { line: "tspod image tree alpine", help: "its layers" },
    { line: "tspod image tree --whatrequires alpine", help: "what was made from it" },
  ],
  flags: {
    whatrequires: { type: "boolean", help: "Show also the layers that stand on the image's own" },
  },
  minOperands: 1,
  maxOperands: 1,
  complete: "image",
  run(call) {
    const [operand = ""] = call.operands;
    const store = call.store();
    const found = findImage(store, operand);
    const { image } = found;
    const images = listAllImages(store);
    const roots = call.flags.whatrequires ? treeUpon(image, images) : treeOf(image.chainIds);
    call.print(`Image ID: ${shortId(digestHex(image.id))}`);
    call.print(`Tags:     [${image.names.join(" ")}]`);
    call.print(`Size:     ${humanSize(image.size)}`);
    call.print("Image Layers");
    const describe = ({ id }: Node): string => {
      const size = layerSize(store, id);
      const tops = images.filter(({ chainIds }) => chainIds.at(-1) === id).flatMap(({ names }) => names);
      const top = tops.length === 0 ? "" : ` Top Layer of: [${tops.join(" ")}]`;
      return `ID: ${shortId(digestHex(id))} Size: ${humanSize(size).padStart(7)}${top}`;
    };
    for (const line of draw(roots, describe)) call.print(line);
    call.print("");
  },
});

interface Node {
  readonly id: Digest;
  readonly children: Node[];
}

/** A chain without forks is drawn as one level, as Podman does. */
function treeOf(chain: readonly Digest[]): Node[] {
  return chain.map((id) => ({ id, children: [] }));
}

/** Everything that stands on an image's topmost layer. */
function treeUpon(image: StoredImage, images: readonly StoredImage[]): Node[] {
  const depth = image.chainIds.length;
  const chains = images
    .map(({ chainIds }) => chainIds)
    .filter((chain) => chain[depth - 1] === image.chainIds.at(-1))
    .map((chain) => chain.slice(depth));
  return [...treeOf(image.chainIds), ...fork(chains)];
}

/** Chains that begin alike, as a tree; where there is one way only it goes on at the same level. */
function fork(chains: readonly (readonly Digest[])[]): Node[] {
  const firsts = [...new Set(chains.map(([first]) => first))].filter((first) => first !== undefined);
  const after = (first: Digest) =>
    fork(chains.filter((chain) => chain[0] === first).map((chain) => chain.slice(1)));
  const [only, ...more] = firsts;
  if (only === undefined) return [];
  if (more.length === 0) return [{ id: only, children: [] }, ...after(only)];
  return firsts.map((first) => ({ id: first, children: after(first) }));
}

function draw(nodes: readonly Node[], describe: (node: Node) => string, indent = ""): string[] {
  return nodes.flatMap((node, index) => {
    const last = index === nodes.length - 1;
    const inside = `${indent}${last ? " " : "│"}   `;
    return [`${indent}${last ? "└──" : "├──"} ${describe(node)}`, ...draw(node.children, describe, inside)];
  });
}
