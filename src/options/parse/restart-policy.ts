import { TspodError } from "../../errors.ts";
import type { RestartPolicy } from "../create-options.ts";

/**
 * `--restart no|never|always|unless-stopped|on-failure[:RETRIES]`.
 * @param prefix of the message where it is none of them
 * @throws {TspodError} If it is none of them.
 */
export function parseRestartPolicy(
  text: string,
  prefix = "running container create option: ",
): RestartPolicy {
  const [name = "", retries, ...more] = text.split(":");
  if (more.length > 0) throw new TspodError("invalid restart policy: may specify retries at most once");
  if (retries !== undefined && name !== "on-failure") {
    throw new TspodError("restart policy retries can only be specified with on-failure restart policy");
  }
  if (retries !== undefined && !/^\d+$/.test(retries)) {
    throw new TspodError(
      `parsing restart policy retry count: strconv.Atoi: parsing "${retries}": invalid syntax`,
    );
  }
  switch (name) {
    case "":
    case "no":
    case "never":
      return { name: "no", maximumRetries: 0 };
    case "on-failure":
      return { name, maximumRetries: Number(retries ?? 0) };
    case "always":
    case "unless-stopped":
      return { name, maximumRetries: 0 };
    default:
      throw new TspodError(`${prefix}"${name}" is not a valid restart policy: invalid argument`);
  }
}
