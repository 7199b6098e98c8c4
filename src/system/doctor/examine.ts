import { checkControlGroups } from "./control-groups.ts";
import { checkDevices } from "./devices.ts";
import type { Check, Finding, Patient } from "./finding.ts";
import { checkLimits } from "./limits.ts";
import { checkNamespaceMade, checkNamespaceSettings } from "./namespaces.ts";
import { checkPrograms } from "./programs.ts";
import { checkClock, checkSession } from "./session.ts";
import { checkStorePlace } from "./store-place.ts";
import { checkMapPrograms, checkSubordinateIds } from "./subordinate-ids.ts";

/** What can't work without what stands before it comes after that. */
const CHECKS: readonly Check[] = [
  checkSubordinateIds,
  checkMapPrograms,
  checkNamespaceSettings,
  checkNamespaceMade,
  checkStorePlace,
  checkPrograms,
  checkDevices,
  checkControlGroups,
  checkSession,
  checkLimits,
  checkClock,
];

/** Looks at everything that a host must have for containers without root. Changes nothing. */
export async function examine(patient: Patient): Promise<Finding[]> {
  const findings: Finding[] = [];
  for (const check of CHECKS) findings.push(...[await check(patient)].flat());
  return findings;
}
