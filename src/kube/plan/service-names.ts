import type { Service } from "./objects.ts";

/** The names by which the pods of a Service are found in a cluster, and so here. */
export function namesOfService({ name, namespace }: Pick<Service, "name" | "namespace">): string[] {
  const full = `${name}.${namespace}`;
  return [name, full, `${full}.svc`, `${full}.svc.cluster.local`];
}
