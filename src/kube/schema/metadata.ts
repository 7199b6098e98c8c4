import { any, type Field, object, text, textMap, unsupported } from "./field.ts";

/** ObjectMeta. What a cluster writes into it asks for nothing. */
export const metadata: Field = object({
  name: text,
  generateName: unsupported("is not carried out: give the object a name"),
  namespace: text,
  labels: textMap,
  annotations: textMap,
  creationTimestamp: any,
  deletionTimestamp: any,
  deletionGracePeriodSeconds: any,
  finalizers: any,
  generation: any,
  managedFields: any,
  ownerReferences: any,
  resourceVersion: any,
  selfLink: any,
  uid: any,
});

export const labelSelector: Field = object({ matchLabels: textMap, matchExpressions: any });

/** Fields that every kind has. */
export function kind(fields: Readonly<Record<string, Field>>, ...required: string[]): Field {
  return object({ kind: text, apiVersion: text, metadata, ...fields }, ...required);
}
