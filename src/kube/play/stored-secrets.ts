import { nowRfc3339Nano } from "../../os/time.ts";
import { createSecret, lookupSecret, removeSecretNamed, secretData } from "../../secret/secrets.ts";
import type { Store } from "../../storage/store.ts";
import type { Keys } from "../plan/facts.ts";
import { secretKeys } from "../plan/objects.ts";
import type { Workload } from "../plan/workloads.ts";
import type { KubeDocument } from "../read/document.ts";
import { parseDocuments } from "../read/parse-documents.ts";
import { checkDocument } from "../schema/check.ts";
import { SECRET } from "../schema/kinds.ts";
import { documentWithTexts, isMap } from "../schema/with-texts.ts";
import type { KubeContainer } from "../types/container.ts";

/**
 * Keep a Secret document as a secret of its name, as Podman does, for pods of later calls.
 * @returns its ID
 */
export function storeSecret(store: Store, { name, value }: KubeDocument, undo: AsyncDisposableStack): string {
  const data = Buffer.from(JSON.stringify(value));
  const before = secretOrNone(store, name);
  if (before !== undefined && secretData(before).equals(data)) return before.id;
  const made = createSecret(store, {
    name,
    data,
    created: nowRfc3339Nano(),
    labels: before?.labels ?? {},
    driverOptions: {},
    existing: "replace",
  });
  undo.defer(() => {
    if (before === undefined) removeSecretNamed(store, name);
    else createSecret(store, { ...before, data: secretData(before), existing: "replace" });
  });
  return made.id;
}

function secretOrNone(store: Store, name: string) {
  try {
    const found = lookupSecret(store, name);
    return found.name === name ? found : undefined;
  } catch {
    return undefined; // there is none, or the name can't be one: createSecret() says so
  }
}

/** Secrets that pods refer to, and that earlier calls have kept, beside those of this call. */
export async function withStoredSecrets(
  store: Store,
  secrets: ReadonlyMap<string, Keys>,
  workloads: readonly Workload[],
): Promise<Map<string, Keys>> {
  const all = new Map(secrets);
  for (const name of new Set(workloads.flatMap(referredSecrets))) {
    const found = all.has(name) ? undefined : secretOrNone(store, name);
    if (found === undefined) continue;
    const document = await storedDocument(secretData(found).toString("utf8"), name);
    if (document !== undefined) all.set(name, secretKeys(document));
  }
  return all;
}

/** As Podman, which asks for no `kind` of what `secret create` has kept: its fields are a Secret's. */
async function storedDocument(text: string, name: string): Promise<KubeDocument | undefined> {
  const file = `secret ${name}`;
  const { parse } = await import("yaml");
  const [document] = await parseDocuments(text, file).catch(() => {
    const value = quietly(() => parse(text));
    return isMap(value) && !("kind" in value)
      ? [{ kind: "Secret", apiVersion: "", name, value: secretFields(value), file, lineOf: () => 1 }]
      : [];
  });
  if (document?.kind !== "Secret" || checkDocument(document, SECRET).some(({ kind }) => kind === "invalid"))
    return undefined;
  return { ...document, value: documentWithTexts(document.value, SECRET) };
}

/** The fields of a Secret, or its data alone: `{"KEY": "dmFsdWU="}`, as Podman has kept them once. */
function secretFields(value: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const isData = Object.values(value).every((part) => typeof part === "string" && BASE64.test(part));
  return isData ? { data: value } : value;
}

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

function quietly(read: () => unknown): unknown {
  try {
    return read();
  } catch {
    return undefined; // no YAML: a secret of another kind
  }
}

function referredSecrets({ spec }: Workload): string[] {
  const containers = [...(spec.initContainers ?? []), ...spec.containers].flatMap(secretsOfContainer);
  const volumes = (spec.volumes ?? []).flatMap(({ secret, projected }) => [
    secret?.secretName,
    ...(projected?.sources ?? []).map((source) => source.secret?.name),
  ]);
  const pull = (spec.imagePullSecrets ?? []).map(({ name }) => name);
  return [...containers, ...volumes, ...pull].filter((name) => typeof name === "string");
}

function secretsOfContainer({ env, envFrom }: KubeContainer): (string | null | undefined)[] {
  return [
    ...(env ?? []).map(({ valueFrom }) => valueFrom?.secretKeyRef?.name),
    ...(envFrom ?? []).map(({ secretRef }) => secretRef?.name),
  ];
}
