import type { Container } from "../container/state/list.ts";
import { messageChain, TspodError } from "../errors.ts";

export interface MemberError {
  readonly id: string;
  readonly error: unknown;
}

/** What was to be done with each container of a pod has failed for some. */
export class PodMembersError extends TspodError {
  override name = "PodMembersError";
  readonly errors: readonly MemberError[];
  /** What went wrong, a line for each container. */
  readonly lines: readonly string[];
  /** @param doing Podman's words: `starting` */
  constructor(doing: string, errors: readonly MemberError[]) {
    const causes = errors.map(({ id, error }) => `${doing} container ${id}: ${messageChain(error)}`);
    super(causes.join("; "));
    this.errors = errors;
    this.lines = causes;
  }
}

/**
 * Do something with all the containers at once; one that fails does not keep the others from it.
 * @throws {PodMembersError} If it has failed for some.
 */
export async function eachMember(
  doing: string,
  members: readonly Container[],
  act: (member: Container) => Promise<void> | void,
): Promise<void> {
  const results = await Promise.allSettled(members.map(async (member) => act(member)));
  const errors = results.flatMap((result, index): MemberError[] => {
    const id = members[index]?.record.id;
    if (result.status === "fulfilled" || id === undefined) return [];
    if (!(result.reason instanceof TspodError)) throw result.reason;
    return [{ id, error: result.reason }];
  });
  if (errors.length > 0) throw new PodMembersError(doing, errors);
}
