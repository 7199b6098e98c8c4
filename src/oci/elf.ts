/** What the kernel needs to know of a program file to start it. */
export interface ElfProgram {
  /** In Go's words (`amd64`); `machine NUMBER` for a machine that has none here. */
  readonly architecture: string;
  /** Absolute path of the dynamic linker; absent in a static program. */
  readonly interpreter?: string;
}

/** e_machine, for those that images are made for. */
const ARCHITECTURES: Readonly<Record<number, string>> = {
  3: "386",
  8: "mips",
  21: "ppc64le",
  22: "s390x",
  40: "arm",
  62: "amd64",
  183: "arm64",
  243: "riscv64",
  258: "loong64",
};
/** Where e_machine stands. */
const MACHINE = 18;
const PT_INTERP = 3;
const CLASS_64 = 2;
const BIG_ENDIAN = 2;
/** Bytes of a program header up to the end of p_offset, in the wide form. */
const HEADER_LEAST = 16;

/**
 * Reads the header of a program, and which interpreter it asks for.
 * @param head the file's first bytes: 4 KiB hold the program headers and the name of what all linkers make
 * @returns undefined for what is not an ELF file, or is cut short
 * @see elf(5)
 */
export function parseElf(head: Buffer): ElfProgram | undefined {
  if (head.length < 64 || head.toString("latin1", 0, 4) !== "\x7fELF") return undefined;
  const wide = head[4] === CLASS_64;
  const read = fieldReader(head);
  const architecture = elfArchitecture(head) ?? `machine ${read.half(MACHINE)}`;
  const headers = wide ? read.wide(32) : read.word(28);
  // A header that says less of itself is read as far as the fields below go.
  const size = Math.max(read.half(wide ? 54 : 42), HEADER_LEAST);
  const count = read.half(wide ? 56 : 44);
  for (let offset = headers, n = 0; n < count && offset + size <= head.length; n++, offset += size) {
    if (read.word(offset) !== PT_INTERP) continue;
    const start = wide ? read.wide(offset + 8) : read.word(offset + 4);
    const end = head.indexOf(0, start);
    if (start >= head.length || end < 0) return { architecture };
    return { architecture, interpreter: head.toString("utf8", start, end) };
  }
  return { architecture };
}

/**
 * What a program is for, in Go's words (`amd64`).
 * @param head the first 20 bytes of an ELF header, or more
 * @returns undefined for a machine that has no name here, and for what is shorter
 */
export function elfArchitecture(head: Buffer): string | undefined {
  return head.length < MACHINE + 2 ? undefined : ARCHITECTURES[fieldReader(head).half(MACHINE)];
}

function fieldReader(head: Buffer): FieldReader {
  return head[5] === BIG_ENDIAN ? readBigEndian(head) : readLittleEndian(head);
}

interface FieldReader {
  half(offset: number): number;
  word(offset: number): number;
  wide(offset: number): number;
}

function readLittleEndian(head: Buffer): FieldReader {
  return {
    half: (offset) => head.readUInt16LE(offset),
    word: (offset) => head.readUInt32LE(offset),
    wide: (offset) => Number(head.readBigUInt64LE(offset)),
  };
}

function readBigEndian(head: Buffer): FieldReader {
  return {
    half: (offset) => head.readUInt16BE(offset),
    word: (offset) => head.readUInt32BE(offset),
    wide: (offset) => Number(head.readBigUInt64BE(offset)),
  };
}
