/** Flags of Podman 5.x that no command of tspod knows, or not yet each one that has it in Podman, and why. */
const NOT_ENCRYPTED = "tspod has no encrypted images";
const OTHER_SIGNATURES = "tspod makes no signatures of that kind";
const OTHER_BUILDS = "tspod's builds run in one user namespace, and write no lists of what is in an image";

export const podman5Flags: Readonly<Record<string, string>> = {
  "decryption-key": NOT_ENCRYPTED,
  "encrypt-layer": NOT_ENCRYPTED,
  "encryption-key": NOT_ENCRYPTED,
  "sign-by-sigstore": OTHER_SIGNATURES,
  "sign-by-sq-fingerprint": OTHER_SIGNATURES,
  "compat-volumes": OTHER_BUILDS,
  "cpp-flag": OTHER_BUILDS,
  cw: OTHER_BUILDS,
  isolation: OTHER_BUILDS,
  "layer-label": OTHER_BUILDS,
  logsplit: OTHER_BUILDS,
  "os-feature": OTHER_BUILDS,
  "os-version": OTHER_BUILDS,
  sbom: OTHER_BUILDS,
  "sbom-image-output": OTHER_BUILDS,
  "sbom-image-purl-output": OTHER_BUILDS,
  "sbom-merge-strategy": OTHER_BUILDS,
  "sbom-output": OTHER_BUILDS,
  "sbom-purl-output": OTHER_BUILDS,
  "sbom-scanner-command": OTHER_BUILDS,
  "sbom-scanner-image": OTHER_BUILDS,
  userns: OTHER_BUILDS,
  "userns-gid-map": OTHER_BUILDS,
  "userns-gid-map-group": OTHER_BUILDS,
  "userns-uid-map": OTHER_BUILDS,
  "userns-uid-map-user": OTHER_BUILDS,
  gpus: "a pod has no devices that its containers would get",
  "migrate-db": "there is no database",
  "sign-by": OTHER_SIGNATURES,
};
