/**
 * What a shell hands over as `\t` and `\n` in a template's text, as tab and line end; inside `{{…}}` Go's own
 * rules hold.
 */
export function unescapeTemplate(format: string): string {
  return format
    .split(/(\{\{.*?\}\})/s)
    .map((part) => (part.startsWith("{{") ? part : part.replaceAll("\\t", "\t").replaceAll("\\n", "\n")))
    .join("");
}
