import { type Call, defineCommand } from "../../cli/define-command.ts";
import type { FlagTable } from "../../cli/flags/flag.ts";
import { isJsonFormat, isJsonLinesFormat, printJson } from "../../cli/output/json.ts";
import { type Column, printReport } from "../../cli/output/report.ts";
import { requireAuthFile } from "../../cli/require-file.ts";
import { messageChain, TspodError } from "../../errors.ts";
import { listRepositoryTags } from "../../image/pull/pull.ts";
import { type FoundRepository, searchRegistry } from "../../image/search.ts";
import { searchRegistries } from "../../image/search-registries.ts";
import { hostPlatform } from "../../oci/choose-platform.ts";
import { parseReference, repositoryName } from "../../oci/reference.ts";
import { listFilter, templateFlag } from "../flags/list-flags.ts";
import { connectionFlags, connectionOptions } from "../flags/registry-flags.ts";

const flags = {
  ...connectionFlags,
  compatible: { type: "boolean", help: "Show stars, official and automated too, as Docker does" },
  filter: listFilter("Show only what fits: stars=NUMBER, is-official, is-automated"),
  format: templateFlag("Print with a Go template, as a table of one, or as json"),
  limit: { type: "int", value: "NUMBER", default: 0, help: "Results of each registry at most (default 25)" },
  "list-tags": { type: "boolean", help: "List the tags of a repository" },
  "no-trunc": { type: "boolean", help: "Show descriptions in full" },
} as const satisfies FlagTable;

type SearchCall = Call<typeof flags>;

/** What is shown of one result, with Podman's names. */
interface Row {
  readonly Index: string;
  readonly Name: string;
  readonly Description: string;
  readonly Stars: number;
  readonly Official: string;
  readonly Automated: string;
  readonly Tag: string;
}

const DEFAULT_LIMIT = 25;
/** Characters of a description in the table. */
const DESCRIPTION_WIDTH = 44;

export const command = defineCommand({
  name: "search",
  operands: "TERM",
  summary: "Search registries for images",
  description: `Asks a registry for repositories with TERM in their names: its search, or where it has none its catalog. TERM may begin with the registry (\`quay.io/podman\`); \`quay.io/\` alone lists what there is. Without one, all search registries of registries.conf are asked.

    With --list-tags, TERM is a repository, and its tags are listed.`,
  examples: [
    { line: "tspod search --limit 3 --filter is-official docker.io/alpine", help: "official images" },
    { line: "tspod search localhost:5000/", help: "all repositories of a registry" },
    { line: "tspod search --list-tags quay.io/podman/hello", help: "all tags of a repository" },
  ],
  flags,
  minOperands: 1,
  maxOperands: 1,
  async run(call) {
    const { filter, authfile, format } = call.flags;
    if (call.flags["list-tags"] && filter.length > 0)
      throw new TspodError("filters are not applicable to list tags result");
    requireAuthFile(authfile, call);
    const fits = searchFilter(filter);
    const rows = (await askAll(call, fits)).map((row) => shortened(call, row));
    if (rows.length === 0) return;
    if (printJson<unknown>(call.print, call.flags["list-tags"] ? byName(rows) : rows, { format, indent: 4 }))
      return;
    await printReport(call, rows, { name: "search", format, columns: columns(call) });
  },
});

/**
 * Asks all registries side by side. One that answers is enough: the failures of others are not reported then.
 */
async function askAll(call: SearchCall, fits: (found: FoundRepository) => boolean): Promise<Row[]> {
  const [operand = ""] = call.operands;
  const slash = operand.indexOf("/");
  const registries = slash < 0 ? searchRegistries(call.env) : [operand.slice(0, slash)];
  const term = operand.slice(slash + 1);
  const ask = call.flags["list-tags"] ? tagsOf : searchOne;
  const answers = await Promise.allSettled(registries.map((registry) => ask(call, { registry, term, fits })));
  call.signal.throwIfAborted();
  const rows = answers.flatMap((answer) => (answer.status === "fulfilled" ? answer.value : []));
  const failures = answers.flatMap((answer) => (answer.status === "rejected" ? [answer.reason] : []));
  if (rows.length > 0 || failures.length === 0) return rows;
  const strange = failures.find((failure) => !(failure instanceof TspodError));
  if (strange !== undefined) throw strange;
  if (failures.length === 1) throw failures[0];
  throw new TspodError(
    `${failures.length} errors occurred while searching: ${failures.map(messageChain).join("; ")}`,
  );
}

interface Question {
  readonly registry: string;
  readonly term: string;
  readonly fits: (found: FoundRepository) => boolean;
}

async function searchOne(call: SearchCall, { registry, term, fits }: Question): Promise<Row[]> {
  const limit = call.flags.limit > 0 ? call.flags.limit : DEFAULT_LIMIT;
  const options = { ...connectionOptions(call), limit, signal: call.signal };
  const found = await searchRegistry(registry, term, options);
  // As Podman: what the limit leaves is filtered, and a negative one leaves nothing.
  const counted = call.flags.limit < 0 ? [] : found.slice(0, limit);
  return counted.filter(fits).map((each) => ({
    Index: registry,
    Name: fullName(registry, each.name),
    Description: each.description.replaceAll("\n", " "),
    Stars: each.stars,
    Official: each.official ? "[OK]" : "",
    Automated: each.automated ? "[OK]" : "",
    Tag: "",
  }));
}

function fullName(registry: string, name: string): string {
  return registry.endsWith("docker.io") && !name.includes("/")
    ? `docker.io/library/${name}`
    : `${registry}/${name}`;
}

async function tagsOf(call: SearchCall, { registry, term }: Question): Promise<Row[]> {
  const { limit } = call.flags;
  const references = await tagReferences(call, `${registry}/${term}`);
  return references.slice(0, limit === 0 ? DEFAULT_LIMIT : Math.max(limit, 0)).map((text) => {
    const reference = parseReference(text);
    return {
      Index: registry,
      Name: repositoryName(reference),
      Description: "",
      Stars: 0,
      Official: "",
      Automated: "",
      Tag: reference.tag ?? "",
    };
  });
}

async function tagReferences(call: SearchCall, repository: string): Promise<string[]> {
  try {
    const platform = hostPlatform(process.arch);
    return await listRepositoryTags(repository, {
      ...connectionOptions(call),
      platform,
      signal: call.signal,
    });
  } catch (cause) {
    call.signal.throwIfAborted();
    throw new TspodError("getting repository tags", { cause });
  }
}

/** @throws {TspodError} If there is no such filter, with Podman's words. */
function searchFilter(filters: readonly string[]): (found: FoundRepository) => boolean {
  const tests = filters.map((text): ((found: FoundRepository) => boolean) => {
    const [key = "", ...rest] = text.split("=");
    const value = rest.join("=");
    const wanted = value !== "false";
    switch (key) {
      case "stars": {
        const least = parseStars(filters, text);
        return ({ stars }) => stars >= least;
      }
      case "is-official":
        return ({ official }) => official === wanted;
      case "is-automated":
        return ({ automated }) => automated === wanted;
      default:
        throw new TspodError(`invalid filter type "${text}"`);
    }
  });
  return (found) => tests.every((fits) => fits(found));
}

function parseStars(filters: readonly string[], text: string): number {
  const value = /^stars=(.*)$/s.exec(text)?.[1];
  if (value === undefined)
    throw new TspodError(
      `invalid filter [${filters.map((each) => `"${each}"`).join(" ")}], should be stars=<value>`,
    );
  if (!/^[+-]?\d+$/.test(value))
    throw new TspodError(
      `incorrect value type for stars filter: strconv.Atoi: parsing "${value}": invalid syntax`,
    );
  return Number(value);
}

function shortened({ flags: { format, "no-trunc": whole } }: SearchCall, row: Row): Row {
  const { Description } = row;
  if (whole || isJsonFormat(format) || isJsonLinesFormat(format) || Description.length <= DESCRIPTION_WIDTH)
    return row;
  return { ...row, Description: `${Description.slice(0, DESCRIPTION_WIDTH).trim()}...` };
}

/** Podman's JSON of tags. */
function byName(rows: readonly Row[]): { Name: string; Tags: string[] }[] {
  return [...Map.groupBy(rows, ({ Name }) => Name)].map(([Name, group]) => ({
    Name,
    Tags: group.map(({ Tag }) => Tag),
  }));
}

function columns({ flags }: SearchCall): Column<Row>[] {
  if (flags["list-tags"])
    return [
      ["NAME", ({ Name }) => Name],
      ["TAG", ({ Tag }) => Tag],
    ];
  const docker: Column<Row>[] = [
    ["STARS", ({ Stars }) => String(Stars)],
    ["OFFICIAL", ({ Official }) => Official],
    ["AUTOMATED", ({ Automated }) => Automated],
  ];
  return [
    ["NAME", ({ Name }) => Name],
    ["DESCRIPTION", ({ Description }) => Description],
    ...(flags.compatible ? docker : []),
  ];
}
