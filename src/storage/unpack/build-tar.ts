import { Header } from "tar/header";

/** For tests: one entry of a tar, hostile ones too. */
export interface BuiltEntry {
  readonly name: string;
  /** Type flag; default "0", or "5" where the name ends in a slash. */
  readonly type?: string;
  readonly body?: string | Buffer;
  readonly link?: string;
  readonly mode?: number;
  readonly uid?: number;
  readonly gid?: number;
  /** Seconds since the epoch. */
  readonly mtime?: number;
  /** Put before it as a PAX header. */
  readonly pax?: Readonly<Record<string, string | Buffer>>;
}

/** For tests: a tar of these entries, with its end mark. */
export function buildTar(entries: readonly BuiltEntry[]): Buffer {
  return Buffer.concat([...entries.map(buildEntry), Buffer.alloc(1024)]);
}

function buildEntry(entry: BuiltEntry): Buffer {
  const body = Buffer.from(entry.body ?? "");
  const own = Buffer.concat([headerBlock(entry, body.length), pad(body)]);
  if (entry.pax === undefined) return own;
  const records = Buffer.concat(
    Object.entries(entry.pax).map(([key, value]) => paxRecord(key, Buffer.from(value))),
  );
  return Buffer.concat([headerBlock({ name: "pax", type: "x" }, records.length), pad(records), own]);
}

function headerBlock(entry: BuiltEntry, size: number): Buffer {
  const { name, link = "", mode = 0o644, uid = 0, gid = 0, mtime = 1_000_000_000 } = entry;
  const header = new Header();
  Object.assign(header, { path: name, linkpath: link, mode, uid, gid, size, mtime: new Date(mtime * 1000) });
  const block = Buffer.alloc(512);
  header.encode(block);
  block[156] = (entry.type ?? (name.endsWith("/") ? "5" : "0")).charCodeAt(0);
  block.write("        ", 148, 8, "latin1");
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148, 8, "latin1");
  return block;
}

function paxRecord(key: string, value: Buffer): Buffer {
  const rest = Buffer.concat([Buffer.from(` ${key}=`), value, Buffer.from("\n")]);
  let length = rest.length;
  while (length !== rest.length + String(length).length) length = rest.length + String(length).length;
  return Buffer.concat([Buffer.from(String(length)), rest]);
}

function pad(body: Buffer): Buffer {
  return Buffer.concat([body, Buffer.alloc((512 - (body.length % 512)) % 512)]);
}
