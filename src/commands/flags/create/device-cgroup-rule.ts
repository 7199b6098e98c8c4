import { TspodError } from "../../../errors.ts";

/** @throws {TspodError} Always, in Podman's words for a user without rights. */
export function refuseDeviceCgroupRules(rules: readonly string[]): never {
  for (const rule of rules) checkDeviceCgroupRule(rule);
  throw new TspodError("device cgroup rules are not supported in rootless mode or in a user namespace");
}

/** As Podman, a rule that is none is found first: `TYPE MAJOR[:MINOR] ACCESS`. */
function checkDeviceCgroupRule(rule: string): void {
  const [type = "", numbers = "", access, ...rest] = rule.split(" ");
  if (access === undefined || rest.length > 0)
    throw new TspodError(
      `invalid device cgroup rule requires type, major:Minor, and access rules: "${rule}"`,
    );
  if (!/^[abc]$/.test(type)) throw new TspodError(`invalid device type in device-access-add: ${type}`);
  const [major = "", minor = "*"] = numbers.split(":", 2);
  const bad = [major, minor].find((number) => !/^(?:\d+|\*)$/.test(number));
  if (bad !== undefined) throw new TspodError(`strconv.ParseUint: parsing "${bad}": invalid syntax`);
  const letter = [...access].find((each) => !"rwm".includes(each));
  if (letter !== undefined) throw new TspodError(`invalid device access in device-access-add: ${letter}`);
}
