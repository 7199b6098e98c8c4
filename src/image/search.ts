import * as z from "zod/mini";
import { TspodError } from "../errors.ts";
import { openRegistry, type RegistryClient } from "../registry/client.ts";
import { pushEndpoint } from "../registry/configuration/endpoints.ts";
import { loadRegistriesConf } from "../registry/configuration/registries-conf.ts";
import { nextPageQuery } from "../registry/list-tags.ts";
import { parseJsonBody } from "../registry/parse-json.ts";
import { readLimited } from "../registry/read-limited.ts";
import { RegistryError } from "../registry/registry-error.ts";
import type { RegistryOptions } from "../registry/registry-options.ts";
import type { HttpResponse } from "../registry/transport.ts";

/** A repository that a registry has found. */
export interface FoundRepository {
  /** Without the registry. */
  readonly name: string;
  readonly description: string;
  readonly stars: number;
  readonly official: boolean;
  readonly automated: boolean;
}

export interface SearchOptions extends RegistryOptions {
  /** Repositories at most. */
  readonly limit: number;
  readonly signal?: AbortSignal | undefined;
}

const resultSchema = z.object({
  name: z.string(),
  description: z.optional(z.nullable(z.string())),
  star_count: z.nullish(z.number()),
  is_official: z.nullish(z.boolean()),
  is_automated: z.nullish(z.boolean()),
});
const searchSchema = z.object({ results: z.optional(z.nullable(z.array(resultSchema))) });
const catalogSchema = z.object({ repositories: z.optional(z.nullable(z.array(z.string()))) });

/** Bytes of an answer. */
const ANSWER_LIMIT = 16 * 1024 * 1024;
/** A registry that pages for ever is not followed for ever. */
const MOST_PAGES = 1000;
/** Who answers docker.io's searches. */
const DOCKER_HUB_INDEX = "index.docker.io";

/**
 * Repositories with `term` in their names: what the registry's search says, or its catalog where it has no
 * search, or nothing is searched for.
 * @throws {TspodError} If the registry has neither.
 */
export async function searchRegistry(
  registry: string,
  term: string,
  options: SearchOptions,
): Promise<FoundRepository[]> {
  const conf = loadRegistriesConf(options.env, options.systemConfiguration);
  const endpoint = pushEndpoint({ domain: registry, path: "" }, conf, options.tlsVerify);
  try {
    await using client = await openRegistry(endpoint, { ...options, conf, signal: options.signal });
    const found = term === "" ? undefined : await askIndex(client, term, options);
    return found ?? (await askCatalog(client, term, options));
  } catch (cause) {
    options.signal?.throwIfAborted();
    throw new TspodError(`couldn't search registry "${registry}"`, { cause });
  }
}

/** The old API, which Docker's and some others still have. @returns undefined where there is none */
async function askIndex(
  client: RegistryClient,
  term: string,
  { limit, signal }: SearchOptions,
): Promise<FoundRepository[] | undefined> {
  const { origin, endpoint } = client;
  const base = endpoint.registry === "docker.io" ? `https://${DOCKER_HUB_INDEX}` : origin;
  const query = new URLSearchParams({ n: String(limit), q: term });
  let response: HttpResponse;
  try {
    response = await client.getForeign(`${base}/v1/search?${query}`, { signal });
  } catch (error) {
    signal?.throwIfAborted();
    // A registry that can't be reached has no catalog either, and the catalog's error says it better.
    if (error instanceof RegistryError) return undefined;
    throw error;
  }
  const answer = z.safeParse(searchSchema, parseJsonBody(await readLimited(response, ANSWER_LIMIT)));
  if (!answer.success) throw new TspodError(`"${endpoint.registry}" gave no valid answer to a search`);
  return (answer.data.results ?? []).map((each) => ({
    name: each.name,
    description: each.description ?? "",
    stars: each.star_count ?? 0,
    official: each.is_official ?? false,
    automated: each.is_automated ?? false,
  }));
}

async function askCatalog(
  client: RegistryClient,
  term: string,
  { limit, signal }: SearchOptions,
): Promise<FoundRepository[]> {
  const names: string[] = [];
  let path: string | undefined = "/v2/_catalog";
  for (let page = 0; path !== undefined && page < MOST_PAGES && names.length < limit; page++) {
    const response = await client.send(path, { scope: "registry:catalog:*", signal });
    const answer = z.safeParse(catalogSchema, parseJsonBody(await readLimited(response, ANSWER_LIMIT)));
    if (!answer.success) throw new TspodError("the registry's catalog is not valid");
    const fitting = (answer.data.repositories ?? []).filter((name) => name.includes(term));
    names.push(...fitting.slice(0, limit - names.length));
    const query = nextPageQuery(response);
    path = query === undefined ? undefined : `/v2/_catalog${query}`;
  }
  // A repository that is named in full comes first.
  const sorted = names.filter((name) => name === term).concat(names.filter((name) => name !== term));
  return sorted.map((name) => ({ name, description: "", stars: 0, official: false, automated: false }));
}
