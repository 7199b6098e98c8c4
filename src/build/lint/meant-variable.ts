import { nearest } from "../../options/edit-distance.ts";

/** ` (did you mean x?)` where a variable has a name that is nearly that one. */
export function meantVariable(name: string, known: readonly string[]): string {
  const [meant] = nearest(name, known);
  return meant === undefined || meant === name ? "" : ` (did you mean ${meant}?)`;
}
