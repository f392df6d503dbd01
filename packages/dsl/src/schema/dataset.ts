import { DEFAULTS } from './defaults.ts'
import {
  type BlockRule,
  choice,
  extent,
  type Keys,
  list,
  path,
  pixels,
  plain,
  type Rule,
  row,
  share,
  type ValueType,
  variant,
  whole,
} from './type.ts'

const fact = (type: ValueType, doc: string): Rule => ({ type, fact: true, doc })

/** What a data set is. */
const FACTS: Keys = {
  shape: fact(
    row(whole({ min: 1, max: 65_536 }), '3, 32, 32'),
    'of an example, or of one frame: height and width, with channels before them where there are several',
  ),
  classes: fact(whole({ min: 2, max: 65_536 }), 'how many there are'),
  train: fact(whole({ min: 1 }), 'examples for training, those for validation among them'),
  test: fact(whole({ min: 1 }), 'examples for testing'),
}

/** The same of images, which are normalised. */
const NORMALISED: Keys = {
  ...FACTS,
  mean: fact(
    row(plain(), '0.1307'),
    'one for each channel, of bytes / 255; the network sees (byte / 255 - mean) / std',
  ),
  std: fact(row(plain({ above: 0 }), '0.3081'), 'standard deviation, one for each channel'),
}

/** The keys of the data sets of recordings. */
const FRAMES: Keys = {
  frames: {
    type: whole({ min: 1, max: 1000 }),
    default: DEFAULTS.dataset.frames,
    doc: 'into how many frames of counts a recording is integrated; as many as the network has `steps`',
  },
  split: {
    type: choice({ count: 'equally many events in each', time: 'equally long' }),
    default: 'count',
    doc: 'what all frames of a recording have in common',
  },
}

/** Images of one's own. */
const images = {
  doc: 'JPEG and PNG images in folders, as ImageNet has them: `train/CLASS/*.jpeg`, and `val/CLASS/*.jpeg` for testing',
  keys: {
    folder: {
      type: path('folder', 'imagenet'),
      doc: 'what holds `train` and `val`, beside the spec or in a folder of data (`SNNX_DATA`)',
    },
    classes: { type: whole({ min: 2, max: 65_536 }), doc: 'folders in `train`, and in `val`' },
    size: {
      type: extent({ min: 1, max: 4096 }),
      doc: 'height and width of what the network sees, the middle of an image',
    },
    shorter: {
      type: extent({ min: 1, max: 8192 }),
      optional: true,
      doc: 'what the shorter side is brought to before; without it 8/7 of `size`, as 256 for 224',
    },
  },
}

export const dataset: BlockRule = {
  doc: 'The data, how it is fed to the network, and its validation split.',
  required: true,
  many: false,
  nameNeeded: false,
  baseNeeded: true,
  derives: true,
  bases: {
    images,
    idx: {
      doc: 'files as those of MNIST: images and labels, for training and for testing',
      keys: NORMALISED,
      sealed: true,
    },
    cifar: { doc: 'binary batches as those of CIFAR: records of a label and an image', keys: NORMALISED, sealed: true },
    recordings: {
      doc: 'recordings of an event camera, in the files of their authors',
      keys: { ...FACTS, ...FRAMES },
      sealed: true,
    },
  },
  keys: {
    encode: {
      type: choice({ direct: 'as it is: an image again at every step, a recording frame by frame' }),
      default: 'direct',
      doc: 'how an example becomes input',
    },
    batch: {
      type: whole({ min: 1, max: 10_000 }),
      default: DEFAULTS.dataset.batch,
      doc: 'examples of one training step',
    },
    validation: {
      type: share({ above: 0, below: 1 }),
      default: DEFAULTS.dataset.validation,
      doc: 'share of the training set that picks the best epoch',
    },
    augment: {
      type: list(
        variant({
          crop: {
            doc: 'shifted by up to so many pixels, as if cut from the image with black (no events) around it',
            positional: 1,
            parameters: { padding: { type: pixels({ min: 1, max: 1000 }), doc: 'on each side' } },
          },
          roll: {
            doc: 'shifted by up to so many pixels; what goes out on one side comes in on the other',
            positional: 1,
            parameters: { shift: { type: pixels({ min: 1, max: 1000 }), doc: 'in each direction' } },
          },
          resized_crop: {
            doc: 'a random part of the image, brought to `size`; of `images` only',
            positional: 1,
            parameters: {
              area: {
                type: share({ above: 0, max: 1 }),
                default: DEFAULTS.dataset.area,
                doc: 'the least share of the image',
              },
            },
          },
          flip: { doc: 'mirrored left to right every other time', parameters: {} },
        }),
      ),
      optional: true,
      doc: 'how training examples are varied, every epoch anew; those for validation and testing never are',
    },
  },
}
