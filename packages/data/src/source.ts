import type { DatasetFacts } from '@snnx/ir'

/** One of a data set's files. */
export interface SourceFile {
  /** Its usual name; `.gz` is appended where it is gzipped. */
  name: string
  /** The length of its content, unpacked. */
  bytes: number
  /**
   * sha256 of its content, unpacked: a file packed again with other gzip settings is still the original. `null` where
   * nobody has published it: then its form is checked, and the set's statistics.
   */
  sha256: string | null
}

/** Paths by the files' usual names. */
export type Paths = Readonly<Record<string, string>>

/** What is known of the training images as a whole: all classes equally often, and per channel mean and deviation of byte / 255 to 8 digits. */
export interface Statistics {
  mean: readonly number[]
  std: readonly number[]
}

/** Where a data set's files may be, and how they are known to be the right ones. */
export interface Source {
  facts: DatasetFacts
  /**
   * `idx`: training images, training labels, test images, test labels. `cifar`: batches of records, each a label and an
   * image, the last batch for testing; `cifar100` with a coarse label before the label.
   */
  format: 'idx' | 'cifar' | 'cifar100'
  /** In the order in which the digest is taken. */
  files: readonly SourceFile[]
  /** sha256 over the decoded content of all files; of CIFAR, whose files are not all known by it, of the archive they come in. */
  digest: string
  /** The small file whose content tells the set from another one with the same file names. */
  mark: SourceFile | null
  /** Checked where not all files have a sum. */
  statistics: Statistics | null
  /** A folder of this package that holds the set; nothing else is then looked at. */
  embedded: string | null
  /** Usual folders below one named by SNNX_DATA; `.` is that folder itself. The first one names it in the cache. */
  folders: readonly string[]
  /** Folders where a system's package installs the set. */
  system: readonly string[]
  remote: Remote | null
  /** What else a user can do to get the set. */
  hint: string
}

/** Where the gzipped files can be fetched; sums and sizes are of the `.gz` files as they lie there, by usual name. */
export interface Remote {
  addresses: readonly string[]
  files: Readonly<Record<string, Packed>>
}

export interface Packed {
  bytes: number
  sha256: string
}
