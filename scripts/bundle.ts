import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join, relative, resolve } from "node:path";
import { build, type OutputFile, type Plugin } from "esbuild";
import { chunkName, SOURCE } from "./chunk-name.ts";

/**
 * Bundles the program into CommonJS chunks in the directory that is the first argument, with src/main.ts to
 * load them.
 *
 * esbuild can't split CommonJS, so the cuts are ours: what is imported by `import()` becomes a chunk that is
 * required when that line runs. Code that two chunks share is in both, but for two files. The classes of
 * src/errors.ts must be the same in all chunks for `instanceof`. Registering the functions of the addon,
 * which src/os/native.ts loads, took 1 % of the time of a `ps` in each chunk.
 */
/** What main.ts asks the loader for; the name of its chunk is defined there as TSPOD_PROGRAM. */
const PROGRAM = join(SOURCE, "program.ts");
const SHARED: ReadonlyMap<string, string> = new Map([
  [join(SOURCE, "errors.ts"), "errors"],
  [join(SOURCE, "os/native.ts"), "native"],
]);
/** The table of commands: its rows become a text. */
const COMMANDS = join(SOURCE, "commands/index.ts");

/** What a wave of chunks came out as, and what they import lazily in turn. */
interface Wave {
  readonly files: readonly OutputFile[];
  /** Names of those whose source is an ES module. */
  readonly modules: readonly string[];
  /** Name of a chunk → absolute path of its source. */
  readonly found: ReadonlyMap<string, string>;
}

function cutAtDynamicImports(found: Map<string, string>, shared: typeof SHARED): Plugin {
  return {
    name: "cut-at-dynamic-imports",
    setup(context) {
      context.onResolve({ filter: /./ }, async ({ path, kind, importer, resolveDir, pluginData }) => {
        if (pluginData === "resolving" || kind === "entry-point" || path.startsWith("node:")) return;
        const isLocal = path.startsWith(".");
        if (kind !== "dynamic-import" && !(isLocal && shared.has(resolve(resolveDir, path)))) return;
        const target = await context.resolve(path, { kind, importer, resolveDir, pluginData: "resolving" });
        if (target.errors.length > 0) return { errors: target.errors };
        if (target.external) return;
        const name = shared.get(target.path) ?? chunkName(target.path);
        found.set(name, target.path);
        return { path: `./${name}.cjs`, external: true };
      });
    },
  };
}

/** What stands for modules of Node's where undici asks for them. */
const STAND_INS: Readonly<Record<string, string>> = {
  "node:http": "exports.IncomingMessage = class {}; exports.maxHeaderSize = 16 * 1024;",
  "node:assert":
    "module.exports = (fact, text) => { if (!fact) throw new Error(text ?? 'undici: assertion failed'); };",
};

/**
 * undici loads node:http2 (16 ms) for a protocol that src/registry/transport.ts has switched off, node:http
 * (8 ms) for a class that nobody hands it and Node's limit for the size of headers, and node:assert (3 ms)
 * for conditions only.
 */
const undiciAlone: Plugin = {
  name: "undici-alone",
  setup(context) {
    context.onLoad({ filter: /\/undici\/lib\/dispatcher\/client-h2\.js$/ }, () => ({
      contents: 'module.exports = () => { throw new Error("HTTP/2 is not part of this bundle"); };',
    }));
    context.onResolve({ filter: /^node:/ }, ({ path, importer }) =>
      path in STAND_INS && importer.includes("/node_modules/undici/")
        ? { path, namespace: "undici-alone" }
        : undefined,
    );
    context.onLoad({ filter: /./, namespace: "undici-alone" }, ({ path }) => ({
      contents: STAND_INS[path] ?? "",
    }));
  },
};

/** A row of src/commands/index.ts. */
const ROW = /^ {2}"?([\w -]+)"?: \(\) => import\("(.+)"\),$/gm;

/** A row a line, as packedCommandTable() reads them, instead of a function for each. */
function packCommands(found: Map<string, string>): Plugin {
  return {
    name: "pack-commands",
    setup(context) {
      context.onLoad({ filter: /\/commands\/index\.ts$/ }, async ({ path }) => {
        if (path !== COMMANDS) return;
        const lines = [...readFileSync(path, "utf8").matchAll(ROW)].map(([, words = "", file = ""]) => {
          const source = resolve(dirname(path), file);
          found.set(chunkName(source), source);
          return `${words}=${chunkName(source)}`;
        });
        const packed = JSON.stringify(`\n${lines.join("\n")}\n`);
        return {
          contents: `import { packedCommandTable } from "../cli/command-table.ts";
            export const commands = packedCommandTable(${packed}, (chunk) => {
              const file = "./" + chunk + ".cjs";
              return require(file);
            });`,
          loader: "ts",
          resolveDir: dirname(path),
        };
      });
    },
  };
}

async function bundleChunks(
  entries: ReadonlyMap<string, string>,
  {
    define = {},
    shared = SHARED,
  }: { define?: Readonly<Record<string, string>>; shared?: typeof SHARED } = {},
): Promise<Wave> {
  const found = new Map<string, string>();
  const { outputFiles, metafile } = await build({
    entryPoints: Object.fromEntries(entries),
    absWorkingDir: "/",
    outdir: "/",
    write: false,
    metafile: true,
    outExtension: { ".js": ".cjs" },
    bundle: true,
    platform: "node",
    target: "node26",
    format: "cjs",
    // `require` instead: Node's ESM loader costs milliseconds that the hot commands don't have.
    supported: { "dynamic-import": false },
    define: {
      TSPOD_BUNDLED: "true",
      "import.meta.dirname": "__dirname",
      "import.meta.filename": "__filename",
      // Only handed to createRequire(), which takes a path as well as a URL.
      "import.meta.url": "__filename",
      ...define,
    },
    // Not the identifiers: names of functions and classes stay readable in stack traces.
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: "none",
    charset: "ascii", // the loader reads it as latin1
    logLevel: "warning",
    plugins: [cutAtDynamicImports(found, shared), packCommands(found), undiciAlone],
  });
  const isModule = (path: string) => metafile.inputs[relative("/", path)]?.format === "esm";
  return {
    files: outputFiles,
    modules: [...entries].filter(([, path]) => isModule(path)).map(([name]) => name),
    found,
  };
}

/** Every chunk; a wave at a time, as a chunk's own cuts are known only once it is built. */
async function bundleAll(): Promise<Map<string, string>> {
  const chunks = new Map<string, string>();
  const modules = new Set<string>();
  let entries: ReadonlyMap<string, string> = new Map([[chunkName(PROGRAM), PROGRAM]]);
  while (entries.size > 0) {
    const wave = await bundleChunks(entries);
    for (const file of wave.files) chunks.set(basename(file.path), file.text);
    for (const name of wave.modules) modules.add(name);
    entries = new Map([...wave.found].filter(([name]) => !chunks.has(`${name}.cjs`)));
  }
  const finished = [...chunks].map(([name, text]) => [name, keepDefaults(text, modules)] as const);
  return new Map([...finished, ["main.cjs", await bundleMain(finished)]]);
}

/** The one file that Node loads: it has the loader of the others, and knows them by their text. */
async function bundleMain(chunks: readonly (readonly [name: string, text: string])[]): Promise<string> {
  const hash = createHash("sha256");
  for (const [name, text] of chunks.toSorted()) hash.update(`${name}\0${text}\0`);
  const build = hash.digest("hex").slice(0, 16);
  const define = {
    TSPOD_BUILD: JSON.stringify(build),
    TSPOD_PROGRAM: JSON.stringify(`./${chunkName(PROGRAM)}.cjs`),
    TSPOD_NATIVE: JSON.stringify(`./${SHARED.get(join(SOURCE, "os/native.ts"))}.cjs`),
    TSPOD_ERRORS: JSON.stringify(`./${SHARED.get(join(SOURCE, "errors.ts"))}.cjs`),
  };
  const entry = new Map([["main", join(SOURCE, "main.ts")]]);
  const { files, found } = await bundleChunks(entry, { define, shared: new Map() });
  const [main] = files;
  if (main === undefined || found.size > 0) throw new Error("main.ts became more than one file");
  return main.text;
}

/**
 * esbuild takes a chunk for a CommonJS module, whose default export is all of it (the `1`). For a chunk that
 * was an ES module the default export is the one that it names.
 */
function keepDefaults(text: string, modules: ReadonlySet<string>): string {
  return text.replaceAll(
    /(__toESM\(require\("\.\/([^"]+)\.cjs"\)),1\)/g,
    (whole, call: string, name: string) => (modules.has(name) ? `${call})` : whole),
  );
}

function installChunks(chunks: ReadonlyMap<string, string>, directory: string): void {
  mkdirSync(directory, { recursive: true });
  for (const [name, text] of chunks) {
    const temporary = join(directory, `.${name}.new`);
    writeFileSync(temporary, text);
    renameSync(temporary, join(directory, name)); // a tspod that starts during a build sees whole files
  }
  for (const name of readdirSync(directory)) {
    if (name.endsWith(".cjs") && !chunks.has(name)) rmSync(join(directory, name));
  }
}

async function main(): Promise<void> {
  const [, , directory] = process.argv;
  if (!directory) throw new Error(`usage: ${basename(import.meta.filename)} DIRECTORY`);
  installChunks(await bundleAll(), resolve(dirname(SOURCE), directory));
}

main().catch((error: unknown) => {
  // esbuild has printed its own findings.
  if (!(error instanceof Error && "errors" in error)) console.error(error);
  process.exitCode = 1;
});
