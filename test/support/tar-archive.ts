/** One entry of a tar archive as tests make them: hostile ones too. */
export interface TarEntry {
  readonly path: string;
  /**
   * Default: a directory where the path ends in a slash, a hard link or a symlink where `linkTo` is given.
   */
  readonly type?: "file" | "hardlink" | "symlink" | "character" | "block" | "directory" | "fifo";
  readonly content?: string | Uint8Array;
  /** Default: 0755 for directories, 0644 otherwise. */
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  readonly linkTo?: string;
  /** Major and minor number. */
  readonly device?: readonly [number, number];
  /** Whole seconds since the epoch. */
  readonly mtime?: number;
  /** Records of a PAX header before it: they say more than the header can, names that are no text too. */
  readonly pax?: Readonly<Record<string, string | Buffer>>;
}

const BLOCK = 512;
const TYPE_FLAGS = {
  file: "0",
  hardlink: "1",
  symlink: "2",
  character: "3",
  block: "4",
  directory: "5",
  fifo: "6",
} as const;
/** So that the same content has the same digest. */
const MTIME = 1_700_000_000;

function typeOf({ type, path, linkTo }: TarEntry): keyof typeof TYPE_FLAGS {
  return type ?? (linkTo !== undefined ? "symlink" : path.endsWith("/") ? "directory" : "file");
}

function octal(value: number, width: number): string {
  return `${value.toString(8).padStart(width - 1, "0")}\0`;
}

/** @see https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html#tag_20_92_13_06 */
function header(entry: TarEntry, size: number, flag: string = TYPE_FLAGS[typeOf(entry)]): Buffer {
  const block = Buffer.alloc(BLOCK);
  const type = typeOf(entry);
  if (Buffer.byteLength(entry.path) > 100) throw new Error(`path too long for this writer: '${entry.path}'`);
  block.write(entry.path, 0);
  block.write(octal(entry.mode ?? (type === "directory" ? 0o755 : 0o644), 8), 100);
  block.write(octal(entry.uid ?? 0, 8), 108);
  block.write(octal(entry.gid ?? 0, 8), 116);
  block.write(octal(size, 12), 124);
  block.write(octal(entry.mtime ?? MTIME, 12), 136);
  block.write("        ", 148); // the checksum is made with blanks in its place
  block.write(flag, 156);
  block.write(entry.linkTo ?? "", 157);
  block.write("ustar\x0000", 257);
  const [major, minor] = entry.device ?? [0, 0];
  block.write(octal(major, 8), 329);
  block.write(octal(minor, 8), 337);
  block.write(
    `${octal(
      block.reduce((sum, byte) => sum + byte, 0),
      7,
    )} `,
    148,
  );
  return block;
}

/** `LENGTH KEY=VALUE\n`, where LENGTH counts its own digits. */
function paxRecord(key: string, value: string | Buffer): Buffer {
  const rest = Buffer.concat([Buffer.from(` ${key}=`), Buffer.from(value), Buffer.from("\n")]);
  const digits = String(rest.length).length;
  const length = rest.length + String(rest.length + digits).length;
  return Buffer.concat([Buffer.from(String(length)), rest]);
}

function paxHeader(records: NonNullable<TarEntry["pax"]>): Buffer[] {
  const body = Buffer.concat(Object.entries(records).map(([key, value]) => paxRecord(key, value)));
  return [header({ path: "pax" }, body.length, "x"), body, padding(body)];
}

function padding(content: Uint8Array): Buffer {
  return Buffer.alloc(-content.length & (BLOCK - 1));
}

/** An archive of the entries, in their order. */
export function tarArchive(entries: readonly TarEntry[]): Buffer {
  const blocks = entries.flatMap((entry) => {
    const content = Buffer.from(entry.content ?? "");
    const before = entry.pax === undefined ? [] : paxHeader(entry.pax);
    return [...before, header(entry, content.length), content, padding(content)];
  });
  return Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK)]);
}
