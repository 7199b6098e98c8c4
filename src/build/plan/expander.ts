/** Replaces the variables of one instruction by what they were before it. */
export interface Expander {
  text(word: string): string;
  words(word: string): string[];
  /** The body of a heredoc, in which quotes are characters like others. */
  body(content: string): string;
}
