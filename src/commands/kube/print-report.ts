import type { Call } from "../../cli/define-command.ts";
import type { DownReport } from "../../kube/play/down.ts";
import type { PlayReport } from "../../kube/play/play-options.ts";

type Print = Pick<Call, "print">;

/** What `kube play` has made, in Podman's words. */
export function printPlay({ print }: Print, { volumes, secrets, pods }: PlayReport): void {
  for (const line of [...section("Volumes:", volumes), ...section("Secrets:", secrets)]) print(line);
  for (const { id, containers } of pods) {
    for (const line of ["Pod:", id]) print(line);
    for (const line of section(containers.length === 1 ? "Container:" : "Containers:", containers))
      print(line);
    print("");
  }
}

function section(title: string, lines: readonly string[]): readonly string[] {
  return lines.length === 0 ? [] : [title, ...lines];
}

/** What `kube down` has removed, in Podman's words. */
export function printDown({ print }: Print, { stopped, removed, secrets, volumes }: DownReport): void {
  for (const line of ["Pods stopped:", ...stopped, "Pods removed:", ...removed]) print(line);
  for (const line of ["Secrets removed:", ...secrets, "Volumes removed:", ...volumes]) print(line);
}
