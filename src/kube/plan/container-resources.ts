import { TspodError } from "../../errors.ts";
import { ownValue } from "../../oci/shape.ts";
import type { ResourceOptions } from "../../options/create-options.ts";
import { quantityBytes, quantityValue } from "../schema/quantity.ts";
import type { Resources } from "../types/container.ts";
import type { Maybe } from "../types/metadata.ts";

/** Microseconds. */
const CPU_PERIOD = 100_000;
const SHARES_PER_CPU = 1024;
const SHARES_MIN = 2;
/** Microseconds in a period below which the kernel refuses a quota. */
const QUOTA_MIN = 1000;

/**
 * Limits of a container or of a pod as a whole; requests of cpu are its share where there is too little,
 * those of memory what the kernel leaves it longest.
 * @throws {TspodError} If more is requested than the limit allows.
 */
export function resourceOptions(resources: Maybe<Resources>): Partial<ResourceOptions> {
  const limits = resources?.limits ?? {};
  const requests = resources?.requests ?? {};
  for (const name of Object.keys(requests)) checkRequest(name, { limits, requests });
  return {
    ...(limits.cpu !== undefined && {
      cpuPeriod: CPU_PERIOD,
      cpuQuota: Math.max(QUOTA_MIN, Math.round(quantityValue(limits.cpu) * CPU_PERIOD)),
    }),
    ...(limits.memory !== undefined && { memory: quantityBytes(limits.memory) }),
    ...(requests.memory !== undefined && { memoryReservation: quantityBytes(requests.memory) }),
    ...(requests.cpu !== undefined && {
      cpuShares: Math.max(SHARES_MIN, Math.round(quantityValue(requests.cpu) * SHARES_PER_CPU)),
    }),
  };
}

function checkRequest(
  name: string,
  {
    limits,
    requests,
  }: { limits: NonNullable<Resources["limits"]>; requests: NonNullable<Resources["requests"]> },
): void {
  const request = requests[name];
  const limit = ownValue(limits, name);
  if (request === undefined || limit === undefined || quantityValue(request) <= quantityValue(limit)) return;
  throw new TspodError(`resources: requests.${name} ${request} is more than limits.${name} ${limit}`);
}
