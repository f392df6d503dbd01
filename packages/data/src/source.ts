import { DATASETS, type DatasetFacts, type DatasetName } from '@snnx/ir'

/** The four files of an image set, in the order in which its digest is taken. */
export const ROLES = ['trainImages', 'trainLabels', 'testImages', 'testLabels'] as const
export type Role = (typeof ROLES)[number]
export type ByRole<Value> = Readonly<Record<Role, Value>>

/** The files' usual names; `.gz` is appended where they are gzipped. */
export const FILE_NAMES: ByRole<string> = {
  trainImages: 'train-images-idx3-ubyte',
  trainLabels: 'train-labels-idx1-ubyte',
  testImages: 't10k-images-idx3-ubyte',
  testLabels: 't10k-labels-idx1-ubyte',
}

/** Where a data set's files may be, and how they are known to be the right ones. */
export interface Source {
  facts: DatasetFacts
  /** sha256 over the decoded idx content (header included) of all four files, in the order of `ROLES`. */
  digest: string
  /** sha256 of each file's decoded idx content: a file packed again with other gzip settings is still the original. */
  contents: ByRole<string>
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

/** Where the gzipped files can be fetched; sums and sizes are of the `.gz` files as they lie there. */
export interface Remote {
  addresses: readonly string[]
  files: ByRole<Packed>
}

export interface Packed {
  bytes: number
  sha256: string
}

export const SOURCES: Readonly<Record<DatasetName, Source>> = {
  mnist: {
    facts: DATASETS.mnist,
    digest: 'b2d8f5bf39174ee5ffeefa97e42d673c35432b411bb5d1f74fbbeddae7f1690a',
    contents: {
      trainImages: 'ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db',
      trainLabels: '65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5',
      testImages: '0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7',
      testLabels: 'ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2',
    },
    embedded: null,
    folders: ['mnist', 'MNIST/raw', 'MNIST', '.'],
    system: [],
    remote: {
      addresses: ['https://ossci-datasets.s3.amazonaws.com/mnist/'],
      files: {
        trainImages: {
          bytes: 9_912_422,
          sha256: '440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609',
        },
        trainLabels: { bytes: 28_881, sha256: '3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c' },
        testImages: { bytes: 1_648_877, sha256: '8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6' },
        testLabels: { bytes: 4_542, sha256: 'f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6' },
      },
    },
    hint: '',
  },
  fashion_mnist: {
    facts: DATASETS.fashion_mnist,
    digest: '14410854cf7a289477dcfc7df3f8ec24741e281cdcc425ede0d9a748ca630214',
    // Equal for the official files and for Debian's dataset-fashion-mnist, whose .gz are packed without name and time.
    contents: {
      trainImages: 'c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888',
      trainLabels: 'bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9',
      testImages: '5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b',
      testLabels: '0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34',
    },
    embedded: null,
    folders: ['fashion-mnist', 'fashion_mnist', 'FashionMNIST/raw', 'FashionMNIST', '.'],
    system: ['/usr/share/datasets/fashion-mnist'],
    remote: {
      addresses: ['http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/'],
      files: {
        trainImages: {
          bytes: 26_421_880,
          sha256: '3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84',
        },
        trainLabels: { bytes: 29_515, sha256: 'a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845' },
        testImages: { bytes: 4_422_102, sha256: '346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073' },
        testLabels: { bytes: 5_148, sha256: '67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5' },
      },
    },
    hint: 'on Debian and Ubuntu `apt-get install dataset-fashion-mnist` is enough; `fashion_mini` needs no files at all',
  },
  fashion_mini: {
    facts: DATASETS.fashion_mini,
    digest: 'bb31b40aeaae219327782b0f2bb905d5130bf15ee8524782d2e4a6a70459ddb1',
    contents: {
      trainImages: '6dded81672539b5d148c1a85358069d1808c316dc6f6c0abfd12ba3ced5dd394',
      trainLabels: 'd7c464914ae4b919728c5c99c3cdde5a0259febf1e99ddc6927a15768731d7dc',
      testImages: '862035b0a96959b614c9574f4c2b0ae9584ca234813e8d6d7adb7838b12ca46b',
      testLabels: 'aa3f574d30afaf0d4d9da084a6f8541771e20693d6a97fae6e9a4953fca8f078',
    },
    embedded: 'embedded/fashion-mini',
    folders: [],
    system: [],
    remote: null,
    hint: '',
  },
}

/** The set's digest (see `Dataset.digest`) without reading it: every opened set is verified to have exactly this. */
export function digestDataset(name: DatasetName): string {
  return SOURCES[name].digest
}
