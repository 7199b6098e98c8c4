/**
 * Documents as YAML that any reader takes for the same: what YAML 1.1 would read as something else is in
 * quotes.
 * @param version of the Podman whose words these are
 */
export async function kubeYaml(documents: readonly object[], version: string): Promise<string> {
  const { stringify } = await import("yaml");
  const head = [
    "# Save the output of this file and use kubectl create -f to import",
    "# it into Kubernetes.",
    "#",
    `# Created with podman-${version}`,
    "",
  ].join("\n");
  const texts = documents.map((document) =>
    stringify(document, { version: "1.1", lineWidth: 0, aliasDuplicateObjects: false }),
  );
  return `${head}${texts.join("---\n")}`;
}
