import type { SecretRecord } from "../secret/secrets.ts";
import { goMap, goTime } from "./go/value.ts";

/**
 * A secret as `podman secret inspect` (5.8) shows it: all but what is secret. @param directory where it is
 * kept
 */
export function inspectSecret(
  { id, name, created, updated = created, driver, driverOptions, labels }: SecretRecord,
  directory: string,
) {
  return {
    ID: id,
    CreatedAt: goTime(created),
    UpdatedAt: goTime(updated),
    Spec: {
      Name: name,
      Driver: { Name: driver, Options: goMap({ path: directory, ...driverOptions }) },
      Labels: goMap(labels),
    },
  };
}
