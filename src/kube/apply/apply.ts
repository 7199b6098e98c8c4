import { TspodError } from "../../errors.ts";
import { members, soundJson, text } from "../../oci/shape.ts";
import type { KubeDocument } from "../read/document.ts";
import { type ApiAnswer, callApi } from "./api-client.ts";
import type { Cluster } from "./kubeconfig.ts";
import { apiVersionOf, namespaceOf, resourcePath } from "./resource-path.ts";

export interface ApplyOptions {
  readonly cluster: Cluster;
  /** Where objects go that say no namespace. */
  readonly namespace: string;
  readonly signal: AbortSignal;
}

/** An object that the cluster has now. */
export interface AppliedObject {
  readonly kind: string;
  readonly name: string;
  readonly change: "created" | "configured";
}

/** Whom the cluster notes for the fields that are sent. */
const FIELD_MANAGER = "tspod";

/**
 * Send objects to a cluster by server-side apply, in the order of the documents: what is not there is made,
 * what is there is changed to be so.
 * @throws {TspodError} If the cluster refuses one; those before it are there.
 * @see https://kubernetes.io/docs/reference/using-api/server-side-apply/
 */
export async function applyDocuments(
  documents: readonly KubeDocument[],
  options: ApplyOptions,
): Promise<AppliedObject[]> {
  // A document without a name fails before anything is sent.
  const paths = documents.map((document) => resourcePath(document, options.namespace));
  const applied: AppliedObject[] = [];
  for (const [index, document] of documents.entries()) {
    const answer = await callApi(options.cluster, {
      method: "PATCH",
      path: `${paths[index]}?fieldManager=${FIELD_MANAGER}&force=true`,
      contentType: "application/apply-patch+yaml",
      body: JSON.stringify(objectOf(document, options.namespace)), // JSON is YAML
      signal: options.signal,
    });
    if (answer.status !== 200 && answer.status !== 201) throw refusal(document, answer);
    const { kind, name } = document;
    applied.push({ kind, name, change: answer.status === 201 ? "created" : "configured" });
  }
  return applied;
}

/** As the server needs it: with its version and namespace, without what only a server writes. */
function objectOf(document: KubeDocument, asked: string): object {
  const { status: _, ...value } = document.value;
  const { creationTimestamp: __, ...metadata } = (value.metadata ?? {}) as Readonly<Record<string, unknown>>;
  const namespace = namespaceOf(document, asked);
  return {
    ...value,
    apiVersion: apiVersionOf(document),
    metadata: { ...metadata, ...(namespace !== undefined && { namespace }) },
  };
}

function refusal({ kind, name }: KubeDocument, { status, body }: ApiAnswer): TspodError {
  return new TspodError(`applying ${kind} "${name}": the cluster answers ${status}: ${messageOf(body)}`);
}

const SHOWN_MAX = 500;
/** @see https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/ */
const statusShape = members({}, { message: text });

/** What a Status object says, on one line; otherwise the beginning of the answer. */
function messageOf(body: string): string {
  return said(body).replaceAll(/\s+/g, " ").trim().slice(0, SHOWN_MAX) || "nothing";
}

function said(body: string): string {
  return soundJson(statusShape, body)?.message ?? body; // otherwise of a proxy, or another server
}
