import { count, DATASETS, type DatasetFacts, type ImageSetName, isEventSet, type KnownName } from '@snnx/ir'
import { digestEvents, EVENT_SOURCES } from './events/source.ts'
import type { Source, SourceFile } from './source.ts'

/** The usual names of an idx set's files, in the order in which its digest is taken. */
export const IDX_NAMES = [
  'train-images-idx3-ubyte',
  'train-labels-idx1-ubyte',
  't10k-images-idx3-ubyte',
  't10k-labels-idx1-ubyte',
] as const

/** The four files of an idx set, by the sums of their content (header included). */
export function idxFiles({ train, test, shape }: DatasetFacts, sums: readonly string[]): SourceFile[] {
  const sizes = [[train, ...shape], [train], [test, ...shape], [test]]
  return IDX_NAMES.map((name, index) => {
    const size = sizes[index]!
    return { name, bytes: 4 + 4 * size.length + count(size), sha256: sums[index]! }
  })
}

const MNIST_FILES = idxFiles(DATASETS.mnist, [
  'ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db',
  '65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5',
  '0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7',
  'ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2',
])
// Equal for the official files and for Debian's dataset-fashion-mnist, whose .gz are packed without name and time.
const FASHION_FILES = idxFiles(DATASETS.fashion_mnist, [
  'c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888',
  'bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9',
  '5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b',
  '0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34',
])
const MINI_FILES = idxFiles(DATASETS.fashion_mini, [
  '6dded81672539b5d148c1a85358069d1808c316dc6f6c0abfd12ba3ced5dd394',
  'd7c464914ae4b919728c5c99c3cdde5a0259febf1e99ddc6927a15768731d7dc',
  '862035b0a96959b614c9574f4c2b0ae9584ca234813e8d6d7adb7838b12ca46b',
  'aa3f574d30afaf0d4d9da084a6f8541771e20693d6a97fae6e9a4953fca8f078',
])

/** A batch of CIFAR-10: 10,000 records of a label and 3 x 32 x 32 bytes. */
const batch = (name: string, sha256: string | null): SourceFile => ({ name: `${name}.bin`, bytes: 30_730_000, sha256 })
const CIFAR_1 = batch('data_batch_1', 'cee916563c9f80d84e3cc88e17fdc0941787f1244f00a67874d45b261883ada5')
const CIFAR_2 = batch('data_batch_2', 'a591ca11fa1708a91ee40f54b3da4784ccd871ecf2137de63f51ada8b3fa57ed')
const CIFAR_TEST = batch('test_batch', '8e2eb146ae340b09e24670f29cabc6326dba54da8789dab6768acf480273f65b')
const CIFAR = {
  format: 'cifar',
  mark: null,
  embedded: null,
  folders: ['cifar10', 'cifar-10-batches-bin', '.'],
  system: [],
  remote: null,
} as const
/** Of `cifar-10-binary.tar.gz`, 170,052,171 bytes, md5 c32a1d4ab5d03f1284b67883e8d87530. */
const CIFAR_ARCHIVE = 'c4a38c50a1bc5f3a1c5537f2155ab9d68f9f25eb1ed8d9ddda3db29a59bca1dd'

export const SOURCES: Readonly<Record<ImageSetName, Source>> = {
  mnist: {
    facts: DATASETS.mnist,
    format: 'idx',
    files: MNIST_FILES,
    digest: 'b2d8f5bf39174ee5ffeefa97e42d673c35432b411bb5d1f74fbbeddae7f1690a',
    mark: MNIST_FILES[3]!,
    statistics: null,
    embedded: null,
    folders: ['mnist', 'MNIST/raw', 'MNIST', '.'],
    system: [],
    remote: {
      addresses: ['https://ossci-datasets.s3.amazonaws.com/mnist/'],
      files: {
        'train-images-idx3-ubyte': {
          bytes: 9_912_422,
          sha256: '440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609',
        },
        'train-labels-idx1-ubyte': {
          bytes: 28_881,
          sha256: '3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c',
        },
        't10k-images-idx3-ubyte': {
          bytes: 1_648_877,
          sha256: '8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6',
        },
        't10k-labels-idx1-ubyte': {
          bytes: 4_542,
          sha256: 'f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6',
        },
      },
    },
    hint: '',
  },
  fashion_mnist: {
    facts: DATASETS.fashion_mnist,
    format: 'idx',
    files: FASHION_FILES,
    digest: '14410854cf7a289477dcfc7df3f8ec24741e281cdcc425ede0d9a748ca630214',
    mark: FASHION_FILES[3]!,
    statistics: null,
    embedded: null,
    folders: ['fashion-mnist', 'fashion_mnist', 'FashionMNIST/raw', 'FashionMNIST', '.'],
    system: ['/usr/share/datasets/fashion-mnist'],
    remote: {
      addresses: ['http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/'],
      files: {
        'train-images-idx3-ubyte': {
          bytes: 26_421_880,
          sha256: '3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84',
        },
        'train-labels-idx1-ubyte': {
          bytes: 29_515,
          sha256: 'a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845',
        },
        't10k-images-idx3-ubyte': {
          bytes: 4_422_102,
          sha256: '346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073',
        },
        't10k-labels-idx1-ubyte': {
          bytes: 5_148,
          sha256: '67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5',
        },
      },
    },
    hint: 'on Debian and Ubuntu `apt-get install dataset-fashion-mnist` is enough; `fashion_mini` needs no files at all',
  },
  fashion_mini: {
    facts: DATASETS.fashion_mini,
    format: 'idx',
    files: MINI_FILES,
    digest: 'bb31b40aeaae219327782b0f2bb905d5130bf15ee8524782d2e4a6a70459ddb1',
    mark: MINI_FILES[3]!,
    statistics: null,
    embedded: 'embedded/fashion-mini',
    folders: [],
    system: [],
    remote: null,
    hint: '',
  },
  cifar10: {
    ...CIFAR,
    facts: DATASETS.cifar10,
    files: [
      CIFAR_1,
      CIFAR_2,
      batch('data_batch_3', null),
      batch('data_batch_4', null),
      batch('data_batch_5', null),
      CIFAR_TEST,
    ],
    digest: CIFAR_ARCHIVE,
    statistics: { mean: [0.49139968, 0.48215841, 0.44653091], std: [0.24703223, 0.24348513, 0.26158784] },
    hint: 'they are in cifar-10-binary.tar.gz of www.cs.toronto.edu/~kriz/cifar.html (md5 c32a1d4ab5d03f1284b67883e8d87530); with batches 1, 2 and test alone use `cifar10_20k`',
  },
  cifar10_20k: {
    ...CIFAR,
    facts: DATASETS.cifar10_20k,
    files: [CIFAR_1, CIFAR_2, CIFAR_TEST],
    digest: '8455cd026259e84284495a219f503585d553cf9e0c6d39719c92a8740d44250f',
    statistics: null,
    hint: 'they are in cifar-10-binary.tar.gz of www.cs.toronto.edu/~kriz/cifar.html (md5 c32a1d4ab5d03f1284b67883e8d87530)',
  },
  cifar100: {
    ...CIFAR,
    facts: DATASETS.cifar100,
    format: 'cifar100',
    files: [
      {
        name: 'train.bin',
        bytes: 153_700_000,
        sha256: 'f31298fc616915fa142368359df1c4ca2ae984d6915ca468b998a5ec6aeebf29',
      },
      {
        name: 'test.bin',
        bytes: 30_740_000,
        sha256: 'd8b1e6b7b3bee4020055f0699b111f60b1af1e262aeb93a0b659061746f8224a',
      },
    ],
    // Of `cifar-100-binary.tar.gz`, md5 03b5dce01913d631647c71ecec9e9cb8.
    digest: '58a81ae192c23a4be8b1804d68e518ed807d710a4eb253b1f2a199162a40d8ec',
    statistics: null,
    folders: ['cifar100', 'cifar-100-binary'],
    hint: 'they are in cifar-100-binary.tar.gz of www.cs.toronto.edu/~kriz/cifar.html (md5 03b5dce01913d631647c71ecec9e9cb8)',
  },
}

/** The set's digest (see `Source.digest`) without reading it: only files that prove to be its own are ever opened. */
export function digestDataset(name: KnownName): string {
  return isEventSet(name) ? digestEvents(EVENT_SOURCES[name]) : SOURCES[name].digest
}
