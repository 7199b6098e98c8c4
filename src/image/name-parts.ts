/** How lists show an image's name: repository and tag; `<none>` where there is none. */
export function repositoryAndTag(name: string | undefined): { repository: string; tag: string } {
  if (name === undefined) return { repository: NONE, tag: NONE };
  const at = name.indexOf("@");
  if (at !== -1) return { repository: name.slice(0, at), tag: NONE };
  const colon = name.lastIndexOf(":");
  if (colon <= name.lastIndexOf("/")) return { repository: name, tag: NONE };
  return { repository: name.slice(0, colon), tag: name.slice(colon + 1) };
}

const NONE = "<none>";
