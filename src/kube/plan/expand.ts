/**
 * `$(NAME)` replaced by the variable's value; `$$` is one `$`, and names of no variable stay as they are.
 * @see https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/
 */
export function expand(text: string, env: ReadonlyMap<string, string>): string {
  return text.replace(/\$\$|\$\(([^()]*)\)/g, (all, name) => (all === "$$" ? "$" : (env.get(name) ?? all)));
}
