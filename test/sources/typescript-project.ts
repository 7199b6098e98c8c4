import assert from "node:assert/strict";
import type { Node, SourceFile } from "typescript/unstable/ast";
import { API, type Checker } from "typescript/unstable/sync";

/** A file of a project, with what is known of the types in it. */
export interface CheckedFile {
  /** Absolute path. */
  readonly name: string;
  readonly file: SourceFile;
  readonly checker: Checker;
}

/** What `look` finds in the files of a project that are under `directory`. */
export function lookAtFiles<T>(
  tsconfig: string,
  directory: string,
  look: (file: CheckedFile) => readonly T[],
): T[] {
  const api = new API();
  try {
    const [project] = api.updateSnapshot({ openProjects: [tsconfig] }).getProjects();
    assert.ok(project);
    const { program, checker } = project;
    const names = program
      .getSourceFileNames()
      .filter((name) => name.startsWith(`${directory}/`) && !name.includes("/node_modules/"));
    assert.notEqual(names.length, 0);
    return names.flatMap((name) => {
      const file = program.getSourceFile(name);
      assert.ok(file, name);
      return look({ name, file, checker });
    });
  } finally {
    api.close();
  }
}

export function childrenOf(node: Node): Node[] {
  const children: Node[] = [];
  node.forEachChild((child) => {
    children.push(child);
  });
  return children;
}

/** A node and all below it. */
export function* nodesIn(node: Node): Generator<Node> {
  yield node;
  for (const child of childrenOf(node)) yield* nodesIn(child);
}
