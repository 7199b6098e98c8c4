import { type Field, map, quantity } from "./field.ts";

const CARRIED_OUT = ["cpu", "memory"];

/** Quantities of resources by name: tspod limits and shares out only some. */
export const quantities: Field = {
  kind: "remarked",
  of: map(quantity),
  remarks: (value) =>
    Object.keys(value as object)
      .filter((name) => !CARRIED_OUT.includes(name))
      .map((name) => ({ path: [name], message: "is not carried out: only cpu and memory are limited" })),
};
