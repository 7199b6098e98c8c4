import type { FlagTable } from "../../../cli/flags/flag.ts";

/** Flags that Podman or Docker has, without an effect here. */
export const ignoredFlags = {
  compress: { type: "boolean", hidden: true, help: "Ignored, as by Podman" },
  "disable-compression": {
    type: "boolean",
    short: "D",
    default: true,
    hidden: true,
    help: "Ignored: a build compresses nothing",
  },
  "disable-content-trust": { type: "boolean", hidden: true, help: "Ignored, as by Podman" },
  load: { type: "boolean", hidden: true, help: "Ignored: the image is always in the store" },
  rm: { type: "boolean", default: true, hidden: true, help: "Ignored: a build leaves no containers" },
  "force-rm": { type: "boolean", default: true, hidden: true, help: "Ignored: a build leaves no containers" },
  isolation: {
    type: "string",
    value: "TYPE",
    hidden: true,
    help: "Ignored: RUN has an OCI runtime, rootless",
  },
  "layer-label": {
    type: "list",
    value: "NAME[=VALUE]",
    hidden: true,
    help: "Ignored: steps are no images that could have a label",
  },
  "save-stages": { type: "boolean", hidden: true, help: "Ignored: all stages stay in the cache" },
} as const satisfies FlagTable;

/** Flags that Podman or Docker has and tspod has not: each is refused by name, with the reason. */
export const UNSUPPORTED: Readonly<Record<string, string>> = {
  attest: "no attestations are made",
  "cdi-config-dir": "devices are given by --device",
  "compat-volumes": "changes below a VOLUME stay, as with Docker and with Podman without this flag",
  cw: "confidential workloads are not built",
  "decryption-key": "encrypted images are not read",
  provenance: "no attestations are made",
  sbom: "no scanner is run",
  "sbom-image-output": "no scanner is run",
  "sbom-image-purl-output": "no scanner is run",
  "sbom-merge-strategy": "no scanner is run",
  "sbom-output": "no scanner is run",
  "sbom-purl-output": "no scanner is run",
  "sbom-scanner-command": "no scanner is run",
  "sbom-scanner-image": "no scanner is run",
  "sign-by": "use tspod push --sign-by, or image sign",
  "source-policy-file": "policy.json is what decides on images",
  "stage-labels": "steps are no images that could have a label",
  "userns-gid-map": "RUN steps have the user namespace of the build",
  "userns-gid-map-group": "RUN steps have the user namespace of the build",
  "userns-uid-map": "RUN steps have the user namespace of the build",
  "userns-uid-map-user": "RUN steps have the user namespace of the build",
};

export const unsupportedFlags = Object.fromEntries(
  Object.keys(UNSUPPORTED).map((name) => [
    name,
    { type: "string", value: "VALUE", optionalValue: "true", hidden: true, help: "Not supported" },
  ]),
) satisfies FlagTable;
