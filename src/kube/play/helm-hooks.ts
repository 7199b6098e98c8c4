import { type KubeDocument, placeText } from "../read/document.ts";

const HOOK = "helm.sh/hook";
/** Of an installed chart; others are for `helm test`, `upgrade`, `rollback` and `delete`. */
const INSTALL = new Set(["pre-install", "post-install", "crd-install"]);

function hooksOf({ value }: KubeDocument): string[] {
  const { annotations } = (value.metadata ?? {}) as Readonly<Record<string, unknown>>;
  const hook = ((annotations ?? {}) as Readonly<Record<string, unknown>>)[HOOK];
  return typeof hook === "string" ? hook.split(",").map((word) => word.trim()) : [];
}

/** Whether `helm install` would make it, of what `helm template` renders. */
export function isInstalled(document: KubeDocument): boolean {
  const hooks = hooksOf(document);
  return hooks.length === 0 || hooks.some((hook) => INSTALL.has(hook));
}

/** What is said of a hook: one that is not played, or not when Helm would. */
export function hookWarnings(document: KubeDocument): string[] {
  const hooks = hooksOf(document);
  const place = placeText(document, ["metadata", "annotations", HOOK]);
  if (!isInstalled(document))
    return [`${place}: Helm makes it for ${hooks.join(", ")} alone: it is not played`];
  return hooks.includes("pre-install") ? [`${place}: it is played with the others, not before them`] : [];
}
