/** Methods of Podman's values that take arguments: those of time.Time, and a row's Label. */
const METHODS = "Format|AppendFormat|Before|After|Equal|Compare|Sub|AddDate|Label";

const ACTION = /\{\{(?:"(?:[^"\\]|\\.)*"|`[^`]*`|\}(?!\})|[^}"`])*\}\}/g;

/** Texts, which stay as they are; or a method with a value before it and arguments behind it. */
const CALL = new RegExp(
  String.raw`("(?:[^"\\]|\\.)*"|` +
    "`[^`]*`" +
    String.raw`|\bcall\s+\S+)|((?:\$\w*|\([^()]*\))?(?:\.\w+)*\.(?:${METHODS}))(?=\s+["${"`"}$.(\d-])`,
  "g",
);

/**
 * The template engine knows no methods, only fields; a field that holds a function it calls by Go's own
 * `call`. So `.Created.Format "2006"` becomes `call .Created.Format "2006"`.
 */
export function callMethods(source: string): string {
  return source.replace(ACTION, (action) =>
    action.replace(CALL, (all: string, kept: string | undefined, method: string | undefined) =>
      kept === undefined && method !== undefined ? asFunction(method) : all,
    ),
  );
}

/** A row's Label is a look into its Labels. */
function asFunction(method: string): string {
  return method.endsWith(".Label") ? `index ${method}s` : `call ${method}`;
}
