/** A line end as a byte. */
export const NEWLINE = 0x0a;
