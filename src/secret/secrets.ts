/** Secrets: podman-secret(1) has no events of them. */
export {
  createSecret,
  listSecrets,
  lookupSecret,
  removeSecret,
  removeSecretNamed,
  type SecretRecord,
  secretData,
  secretNames,
} from "../storage/secrets.ts";
