import {
  boolean,
  type Field,
  list,
  object,
  pullPolicy,
  quantity,
  text,
  unsupported,
  wordsOr,
} from "./field.ts";

/** A file's rights: 0644 in YAML, 420 in JSON. */
const mode: Field = { kind: "integer", min: 0, max: 0o777 };

const items = list(object({ key: text, path: text, mode }, "key", "path"));

const downwardItems = list(
  object(
    {
      path: text,
      fieldRef: object({ fieldPath: text, apiVersion: text }, "fieldPath"),
      resourceFieldRef: object({ containerName: text, resource: text, divisor: quantity }, "resource"),
      mode,
    },
    "path",
  ),
);

const projected = object({
  defaultMode: mode,
  sources: list(
    object({
      configMap: object({ name: text, items, optional: boolean }),
      secret: object({ name: text, items, optional: boolean }),
      downwardAPI: object({ items: downwardItems }),
      serviceAccountToken: unsupported("is not carried out: there is no API server that issues tokens"),
      clusterTrustBundle: unsupported("is not carried out: there is no cluster"),
      podCertificate: unsupported("is not carried out: there is no cluster"),
    }),
  ),
});

const ELSEWHERE =
  "is not carried out here: use a hostPath, an emptyDir or a persistentVolumeClaim in its place";

/** Kinds of volumes that tspod does not have: the fields below them are not checked. */
const foreign = [
  "awsElasticBlockStore",
  "azureDisk",
  "azureFile",
  "cephfs",
  "cinder",
  "csi",
  "ephemeral",
  "fc",
  "flexVolume",
  "flocker",
  "gcePersistentDisk",
  "gitRepo",
  "glusterfs",
  "iscsi",
  "nfs",
  "photonPersistentDisk",
  "portworxVolume",
  "quobyte",
  "rbd",
  "scaleIO",
  "storageos",
  "vsphereVolume",
];

export const HOST_PATH_TYPES = [
  "DirectoryOrCreate",
  "Directory",
  "FileOrCreate",
  "File",
  "Socket",
  "CharDevice",
  "BlockDevice",
] as const;

/** Only a file system of its own has a size: that is what the medium Memory gets. */
const emptyDir: Field = {
  kind: "remarked",
  of: object({ medium: text, sizeLimit: quantity }),
  remarks(value) {
    const { medium, sizeLimit } = value as { readonly medium?: unknown; readonly sizeLimit?: unknown };
    if (medium === "Memory" || sizeLimit === undefined || sizeLimit === null) return [];
    return [
      {
        path: ["sizeLimit"],
        message: "is not carried out on disk: only one of `medium: Memory` has a limit",
      },
    ];
  },
};

export const volume: Field = object(
  {
    name: text,
    // The type of a hostPath is checked together with its path: Podman's message names both.
    hostPath: object({ path: text, type: text }, "path"),
    emptyDir,
    configMap: object({ name: text, items, optional: boolean, defaultMode: mode }),
    secret: object({ secretName: text, items, optional: boolean, defaultMode: mode }),
    downwardAPI: object({ items: downwardItems, defaultMode: mode }),
    projected,
    persistentVolumeClaim: object({ claimName: text, readOnly: boolean }, "claimName"),
    image: object({ reference: text, pullPolicy }, "reference"),
    ...Object.fromEntries(foreign.map((name) => [name, unsupported(ELSEWHERE)])),
  },
  "name",
);

/** What a PersistentVolumeClaim asks of a storage class. */
export const claimSpec = object({
  accessModes: list(
    wordsOr("has no effect", "ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod"),
  ),
  resources: object({ requests: { kind: "map", of: quantity }, limits: { kind: "map", of: quantity } }),
  storageClassName: text,
  volumeMode: unsupported("is not carried out: a volume is a directory", "Filesystem"),
  volumeName: unsupported("is not carried out: the volume is named after the claim", ""),
  selector: unsupported("is not carried out: there are no volumes to choose from"),
  dataSource: unsupported("is not carried out: the volume begins empty"),
  dataSourceRef: unsupported("is not carried out: the volume begins empty"),
  volumeAttributesClassName: unsupported("is not carried out"),
});
