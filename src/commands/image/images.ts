import { type Call, defineCommand } from "../../cli/define-command.ts";
import type { FlagTable } from "../../cli/flags/flag.ts";
import { printJson } from "../../cli/output/json.ts";
import { type Column, printReport } from "../../cli/output/report.ts";
import { imageUserCounts, listAllImages } from "../../image/images.ts";
import { listImageLists } from "../../image/lists.ts";
import { repositoryAndTag } from "../../image/name-parts.ts";
import { imageFilter } from "../../podman/image-filter.ts";
import {
  type ImageRow,
  imageJson,
  imageRow,
  type Listable,
  type ListedImage,
} from "../../podman/image-row.ts";
import type { Store } from "../../system/store.ts";
import { listFilter, templateFlag } from "../flags/list-flags.ts";

const SORT_KEYS = ["created", "id", "repository", "size", "tag"];

const flags = {
  all: {
    type: "boolean",
    short: "a",
    help: "Ignored: tspod keeps no intermediate images, so all are shown",
  },
  digests: { type: "boolean", help: "Show the manifests' digests" },
  filter: listFilter(
    "Show only images that fit: before, containers, dangling, id, label, manifest, readonly, reference, since, until",
  ),
  format: templateFlag("Print with a Go template, as a table of one, or as json"),
  history: { type: "boolean", help: "Show the images' names in a column" },
  "no-trunc": { type: "boolean", help: "Show IDs in full" },
  noheading: { type: "boolean", short: "n", help: "Print no column headings" },
  quiet: { type: "boolean", short: "q", help: "Print IDs only" },
  sort: {
    type: "string",
    value: "KEY",
    default: "created",
    choices: SORT_KEYS,
    help: `Sort by: ${SORT_KEYS.join(", ")}`,
  },
  tree: { type: "boolean", hidden: true, help: "Docker's name for what tspod image tree does" },
} as const satisfies FlagTable;

type ImagesCall = Call<typeof flags>;

export const command = defineCommand({
  name: "images",
  operands: "[IMAGE]",
  summary: "List images in local storage",
  description: "Lists the images that are here, newest first, with one line for each of their names.",
  examples: [
    { line: "tspod images --format json", help: "all that is known of each, as JSON" },
    { line: "tspod images --filter dangling=true --quiet", help: "IDs of the images without a name" },
    { line: "tspod images --format 'table {{.Repository}} {{.Size}}'", help: "columns of one's own" },
  ],
  flags,
  maxOperands: 1,
  complete: "image",
  check({ flags }) {
    return flags.tree
      ? "unknown flag: --tree: an image's layers are shown by `tspod image tree IMAGE`"
      : undefined;
  },
  async run(call) {
    const { flags } = call;
    const listed = sortImages(flags.sort, select(call));
    const rows = listed.map((each) => imageRow(each, { now: Date.now(), noTrunc: flags["no-trunc"] }));
    const json = {
      format: flags.format,
      indent: 4,
      line: (row: object, index: number) => ({
        ...nameOfRow(rows[index]),
        ...row,
        ...tagsOfRow(rows[index]),
      }),
    };
    if (printJson(call.print, listed.map(imageJson), json)) return;
    if (flags.quiet && flags.format === undefined) {
      for (const id of new Set(rows.map(({ ID }) => ID))) call.print(id);
      return;
    }
    await printReport(call, rows, {
      name: "images",
      format: flags.format,
      columns: columns(flags, listed),
      heading: !flags.noheading,
      headings: { ID: "IMAGE ID", Created: "CREATED", CreatedSince: "CREATED", ReadOnly: "R/O" },
      embedded: ["ImageSummary"],
    });
  },
});

function select(call: ImagesCall): ListedImage[] {
  const store = call.store();
  const named = call.operands.filter((operand) => operand !== "").map((operand) => `reference=${operand}`);
  const fits = imageFilter(store, [...call.flags.filter, ...named], { now: Date.now() });
  const images = allImages(store).filter(fits);
  let users: ReturnType<typeof imageUserCounts> | undefined;
  return images.flatMap((image) =>
    linesOf(image, () => {
      users ??= imageUserCounts(store);
      return users.get(image.id) ?? 0;
    }),
  );
}

/** Newest first. */
function allImages(store: Store): Listable[] {
  const images = listAllImages(store);
  const lists = listImageLists(store);
  if (lists.length === 0) return images;
  const time = ({ config }: Listable) => Date.parse(config.created ?? "") || 0;
  return [...images, ...lists].sort((a, b) => time(b) - time(a));
}

function linesOf(image: Listable, containers: ListedImage["containers"]): ListedImage[] {
  const tagged = image.names.filter((name) => !name.includes("@"));
  // A name by digest is a line only where there is no other, and then there is one line.
  const names = tagged.length > 0 ? tagged : [image.names[0]];
  return names.map((name) => ({ image, name, containers }));
}

function sortImages(key: string, images: ListedImage[]): ListedImage[] {
  const text = (part: (each: ListedImage) => string) =>
    images.toSorted((a, b) => (part(a) < part(b) ? -1 : part(a) > part(b) ? 1 : 0));
  switch (key) {
    case "id":
      return text(({ image }) => image.id);
    case "repository":
      return text(({ name }) => repositoryAndTag(name).repository);
    case "tag":
      return text(({ name }) => repositoryAndTag(name).tag);
    case "size":
      return images.toSorted((a, b) => a.image.size - b.image.size);
    default:
      return images; // the store's order
  }
}

function columns(
  { digests, history }: ImagesCall["flags"],
  listed: readonly ListedImage[],
): Column<ImageRow>[] {
  const digest: Column<ImageRow>[] = digests ? [["DIGEST", (row) => row.Digest]] : [];
  const names: Column<ImageRow>[] = history ? [["HISTORY", (row) => row.History]] : [];
  // As with Podman: only where it says something.
  const readOnly: Column<ImageRow>[] = listed.some(({ image }) => image.readOnlyStore)
    ? [["R/O", (row) => String(row.ReadOnly)]]
    : [];
  return [
    ["REPOSITORY", (row) => row.Repository],
    ["TAG", (row) => row.Tag],
    ...digest,
    ["IMAGE ID", (row) => row.ID],
    ["CREATED", (row) => row.Created],
    ["SIZE", (row) => row.Size],
    ...names,
    ...readOnly,
  ];
}

/** What Podman's row has beside the image's JSON. */
function nameOfRow(row: { Repository: string; Tag: string } | undefined): object {
  return row === undefined ? {} : { repository: row.Repository, tag: row.Tag };
}

function tagsOfRow(row: { RepoTags: readonly string[] } | undefined): object {
  return row === undefined ? {} : { RepoTags: row.RepoTags };
}
