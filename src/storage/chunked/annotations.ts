const NAMESPACE = "io.github.containers.zstd-chunked";

/** The digest of a layer's table of contents: who fetches parts of a layer trusts the table by it. */
export const CHUNKED_TABLE = `${NAMESPACE}.manifest-checksum`;
/** Where the table is: offset, length, uncompressed length, kind. */
export const CHUNKED_TABLE_PLACE = `${NAMESPACE}.manifest-position`;
/** Where what makes the tar again is: offset, length, uncompressed length. */
export const CHUNKED_SPLIT_PLACE = `${NAMESPACE}.tarsplit-position`;
