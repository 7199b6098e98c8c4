import { TspodError } from "../../errors.ts";
import { type KubeDocument, placeText } from "../read/document.ts";
import type { ConfigMap, RuntimeClass, Secret, ServiceSpec } from "../types/objects.ts";
import type { Keys } from "./facts.ts";

/** A Service, for the pods that it selects. */
export interface Service {
  readonly name: string;
  readonly namespace: string;
  readonly spec: ServiceSpec;
}

/** What pods of the same call may refer to. */
export interface KubeObjects {
  readonly configMaps: ReadonlyMap<string, Keys>;
  readonly secrets: ReadonlyMap<string, Keys>;
  readonly services: readonly Service[];
  /** RuntimeClass → the runtime's name. */
  readonly runtimes: ReadonlyMap<string, string>;
}

/**
 * @param documents checked ones
 * @throws {TspodError} If a Secret's data is no base64.
 */
export function kubeObjects(documents: readonly KubeDocument[]): KubeObjects {
  const ofKind = (kind: string) => documents.filter((document) => document.kind === kind);
  return {
    configMaps: new Map(ofKind("ConfigMap").map((document) => [document.name, configMapKeys(document)])),
    secrets: new Map(ofKind("Secret").map((document) => [document.name, secretKeys(document)])),
    services: ofKind("Service").map(({ name, value }) => ({
      name,
      namespace: namespaceOf(value),
      spec: value.spec as ServiceSpec,
    })),
    runtimes: new Map(
      ofKind("RuntimeClass").map(({ name, value }) => [name, (value as unknown as RuntimeClass).handler]),
    ),
  };
}

function namespaceOf({ metadata }: KubeDocument["value"]): string {
  const { namespace } = (metadata ?? {}) as { readonly namespace?: string | null };
  return namespace || "default";
}

function configMapKeys(document: KubeDocument): Keys {
  const { data, binaryData } = document.value as ConfigMap;
  return new Map([
    ...Object.entries(data ?? {}).map(([key, text]) => [key, Buffer.from(text ?? "")] as const),
    ...decoded(document, "binaryData", binaryData ?? {}),
  ]);
}

/** The keys of a Secret document: stringData goes before data. */
export function secretKeys(document: KubeDocument): Keys {
  const { data, stringData } = document.value as Secret;
  return new Map([
    ...decoded(document, "data", data ?? {}),
    ...Object.entries(stringData ?? {}).map(([key, text]) => [key, Buffer.from(text ?? "")] as const),
  ]);
}

function decoded(
  document: KubeDocument,
  field: string,
  data: Readonly<Record<string, string>>,
): (readonly [string, Buffer])[] {
  return Object.entries(data).map(([key, text]) => {
    const compact = (text ?? "").replaceAll(/\s/g, "");
    if (!/^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(compact))
      throw new TspodError(`${placeText(document, [field, key])}: the value is no base64`);
    return [key, Buffer.from(compact, "base64")] as const;
  });
}

/** The Services that select a pod with these labels. */
export function servicesOf(
  { services }: KubeObjects,
  { labels, namespace }: { labels: Readonly<Record<string, string>>; namespace: string },
): Service[] {
  return services.filter((service) => {
    const selector = Object.entries(service.spec.selector ?? {});
    const selects = selector.length > 0 && selector.every(([name, value]) => labels[name] === value);
    return selects && service.namespace === namespace;
  });
}
