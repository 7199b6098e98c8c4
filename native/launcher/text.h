/* text.h - texts made by a format; they are not freed, since the launcher soon becomes another program */
#ifndef TSPOD_TEXT_H
#define TSPOD_TEXT_H

char *format_text (const char *format, ...) __attribute__ ((format (printf, 1, 2), returns_nonnull));

#endif
