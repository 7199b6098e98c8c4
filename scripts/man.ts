import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { marked } from "marked";
import markedMan from "marked-man";
import type { Command } from "../src/cli/define-command.ts";
import { globalFlagTable } from "../src/cli/flags/global-flags.ts";
import { completionScript } from "../src/cli/help/completion-script.ts";
import { joinPage, pageName, refreshOptions, refreshPage, sectionsOf } from "../src/cli/help/man-page.ts";
import { loadSummaries, SUMMARIES_FILE } from "../src/cli/help/summaries.ts";
import { commands } from "../src/commands/index.ts";
import { PRODUCT_VERSION } from "../src/config/product-version.ts";

/*
 * man.ts DIRECTORY [LIBRARY]   the man pages and completion scripts, under a share/ directory; what --help of
 *                              groups says of each command, in the directory of the program's files
 * man.ts --update    bring man/*.md up to date with the declarations: what a new flag or command needs
 */
const MAN = resolve(import.meta.dirname, "../man");

/** Every command once, by its own name; the other names have no page. */
async function allCommands(): Promise<Map<string, Command>> {
  const found = new Map<string, Command>();
  for (const name of commands.names()) {
    const command = await commands.load(name);
    if (command !== undefined && !command.hidden) found.set(command.name, command);
  }
  return new Map([...found].sort(([a], [b]) => (a < b ? -1 : 1)));
}

async function updatePages(): Promise<void> {
  const all = await allCommands();
  const wanted = new Map(
    [...all].map(([name, command]) => [pageName(name), (page?: string) => refreshPage(page, command)]),
  );
  wanted.set(pageName(""), (page) => refreshMainPage(page ?? "", all));
  mkdirSync(MAN, { recursive: true });
  for (const [name, refresh] of wanted) {
    const path = join(MAN, name);
    const page = existsSync(path) ? readFileSync(path, "utf8") : undefined;
    const fresh = refresh(page);
    if (fresh === page) continue;
    writeFileSync(path, fresh);
    console.log(`${page === undefined ? "new" : "updated"}: man/${name}`);
  }
  for (const name of readdirSync(MAN))
    if (name.endsWith(".1.md") && !wanted.has(name)) console.log(`no such command: man/${name}`);
}

/** tspod(1): the commands and the global options from the declarations, the rest by hand. */
function refreshMainPage(page: string, all: ReadonlyMap<string, Command>): string {
  const sections = sectionsOf(page);
  const rows = [...all].map(
    ([name, { summary }]) => `* **tspod-${name.replaceAll(" ", "-")}(1)**: ${summary}.`,
  );
  sections.set("COMMANDS", rows.join("\n"));
  sections.set("GLOBAL OPTIONS", refreshOptions(sections.get("GLOBAL OPTIONS") ?? "", globalFlagTable));
  const title =
    page.split("\n", 1)[0] || "# tspod(1) -- Manage containers and images without root and without a daemon";
  return joinPage(title, sections);
}

const MANUALS: Readonly<Record<string, string>> = { 1: "User Commands", 5: "File Formats" };

function installPages(share: string): void {
  rmSync(join(share, "man"), { recursive: true, force: true });
  marked.use(markedMan);
  for (const name of readdirSync(MAN)) {
    const [, section = ""] = /\.(\d)\.md$/.exec(name) ?? [];
    const directory = join(share, `man/man${section}`);
    mkdirSync(directory, { recursive: true });
    const options = { breaks: false, manual: MANUALS[section] ?? "", version: `tspod ${PRODUCT_VERSION}` };
    const roff = String(marked.parse(readFileSync(join(MAN, name), "utf8"), options));
    // Where the locale has no such character, troff would leave it out. Points at the start of a line are a
    // request: \& is before them.
    const plain = roff.replaceAll("…", "\\&...");
    writeFileSync(join(directory, name.replace(/\.md$/, "")), plain);
  }
}

/** Beside the program, for `--help` of groups. */
async function installSummaries(library: string): Promise<void> {
  mkdirSync(library, { recursive: true });
  writeFileSync(join(library, SUMMARIES_FILE), JSON.stringify(await loadSummaries(commands)));
}

function installCompletions(share: string): void {
  const files = {
    bash: "bash-completion/completions/tspod",
    zsh: "zsh/site-functions/_tspod",
    fish: "fish/vendor_completions.d/tspod.fish",
  } as const;
  for (const shell of ["bash", "zsh", "fish"] as const) {
    const path = join(share, files[shell]);
    mkdirSync(join(path, ".."), { recursive: true });
    writeFileSync(path, completionScript(shell));
  }
}

async function main(): Promise<void> {
  const [, , target, library] = process.argv;
  if (target === "--update") return updatePages();
  if (target === undefined) throw new Error("usage: man.ts DIRECTORY [LIBRARY] | --update");
  installPages(resolve(target));
  installCompletions(resolve(target));
  if (library !== undefined) await installSummaries(resolve(library));
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
