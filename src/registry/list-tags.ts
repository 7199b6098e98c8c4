import * as z from "zod/mini";
import { TspodError } from "../errors.ts";
import type { RegistryClient } from "./client.ts";
import { parseJsonBody } from "./parse-json.ts";
import { readLimited } from "./read-limited.ts";
import { withRetries } from "./retry.ts";
import type { HttpResponse } from "./transport.ts";

const tagsSchema = z.object({ tags: z.nullable(z.array(z.string())) });

const PAGE_LIMIT = 4 * 1024 * 1024;
/** A registry that pages for ever is not followed for ever. */
const MOST_PAGES = 1000;

/**
 * All tags of a repository, in the registry's order.
 * @throws {TspodError} If the registry refuses or answers nonsense.
 * @see https://github.com/opencontainers/distribution-spec/blob/main/spec.md#listing-tags
 */
export async function listTags(
  client: RegistryClient,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): Promise<string[]> {
  const tags: string[] = [];
  let path: string | undefined = "tags/list";
  for (let page = 0; path !== undefined && page < MOST_PAGES; page++) {
    const asked: string = path;
    const some = await withRetries(() => readPage(client, asked, signal), { signal, rules: client.retry });
    tags.push(...some.tags);
    path = some.next === undefined ? undefined : `tags/list${some.next}`;
  }
  return tags;
}

async function readPage(
  client: RegistryClient,
  path: string,
  signal: AbortSignal | undefined,
): Promise<{ tags: readonly string[]; next: string | undefined }> {
  const response = await client.get(path, { signal });
  const answer = z.safeParse(tagsSchema, parseJsonBody(await readLimited(response, PAGE_LIMIT)));
  if (!answer.success) throw new TspodError("the registry's list of tags is not valid");
  return { tags: answer.data.tags ?? [], next: nextPageQuery(response) };
}

/**
 * `Link: </v2/name/tags/list?last=x&n=100>; rel="next"`: of it only the query counts, so no other host is
 * asked.
 * @returns `?last=x&n=100`; undefined: this was the last page
 */
export function nextPageQuery({ headers }: Pick<HttpResponse, "headers">): string | undefined {
  const [, url = ""] = /<([^>]*)>\s*;[^,]*rel="?next"?/.exec([headers.link].flat()[0] ?? "") ?? [];
  return url.includes("?") ? url.slice(url.indexOf("?")) : undefined;
}
