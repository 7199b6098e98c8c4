const SETUID = "buildah takes setuid and setgid from the context's files; as BuildKit: modes are kept";
const REPLACED = "buildah puts what is copied in the place of what is there; as BuildKit: an error";
const NEW_DIRECTORY =
  "buildah makes the directories above with 0755; as BuildKit: --chmod is about them, too";
const OWN_SHELL = "buildah's CMD and ENTRYPOINT always have /bin/sh -c; as BuildKit: that of SHELL";
const ANY_CASE = "buildah knows a stage by its name as written only; as BuildKit: in any case";
const YOUNGER = "what buildah's parser does not know; as BuildKit";

/** Where tspod makes something else of a case than both buildahs, by the case's name, with the reason. */
export const BUILDAH_DIFFERENCES: Readonly<Record<string, string>> = {
  "copy: everything": SETUID,
  "copy: setuid kept": SETUID,
  "copy: overlay of directories": SETUID,
  "copy: ignored": SETUID,
  "copy: ignored doublestar": SETUID,
  "copy: dockerfile ignored": SETUID,
  "copy: chmod octal": NEW_DIRECTORY,
  "copy: chmod file": NEW_DIRECTORY,
  "copy: chmod and chown": NEW_DIRECTORY,
  "copy: over a link":
    "buildah puts the file in the link's place; as BuildKit: the destination's links are followed",
  "copy: file onto a directory": REPLACED,
  "copy: directory onto a file inside": REPLACED,
  "copy: file onto a directory inside": REPLACED,
  "copy: chmod symbolic": YOUNGER,
  "add: a tar with chown":
    "buildah keeps the archive's owners but its top directory's; as BuildKit: the other way round",
  "add: not unpacked": YOUNGER,
  "run: tmpfs with a size": YOUNGER,
  "config: arg after env":
    "in buildah ENV wins over a later ARG of its name; as BuildKit: the ARG is what later lines see",
  "config: substitutions": YOUNGER,
  "config: shell": OWN_SHELL,
  "config: shell is inherited by a stage": OWN_SHELL,
  "large: a tool with many settings": OWN_SHELL,
  "config: expose": "buildah keeps a range and TCP as they are written; as BuildKit: ports one by one",
  "config: volume": "buildah makes the directory; as BuildKit: only the config says it",
  "stages: any case": ANY_CASE,
  "stages: target by any case": ANY_CASE,
  "wrong: bad port": "buildah takes a port that is none; as BuildKit: an error",
  "wrong: bad stage name": "buildah takes any word as a stage's name; as BuildKit: an error",
};
