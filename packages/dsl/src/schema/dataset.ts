import type { DatasetFacts } from '@snnx/ir'
import { DEFAULTS } from './defaults.ts'
import { type BlockRule, choice, list, pixels, share, variant, whole } from './type.ts'

/** The rule of `dataset`, whose bases are the data sets that the host knows. */
export function datasetRule(datasets: Readonly<Record<string, DatasetFacts>>): BlockRule {
  const bases = Object.entries(datasets).map(([name, { title, shape, classes, train, test }]) => {
    const doc = `${title}: ${shape.join(' x ')}, ${classes} classes, ${train} + ${test} examples`
    return [name, { doc, keys: {} }]
  })
  return {
    doc: 'The data, how it is fed to the network, and its validation split.',
    required: true,
    many: false,
    nameNeeded: false,
    baseNeeded: true,
    derives: true,
    bases: Object.fromEntries(bases),
    keys: {
      encode: {
        type: choice({ direct: 'the frame, repeated at every step' }),
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
              doc: 'shifted by up to so many pixels, as if cut from the image with black around it',
              positional: 1,
              parameters: { padding: { type: pixels({ min: 1, max: 1000 }), doc: 'on each side' } },
            },
            flip: { doc: 'mirrored left to right every other time', parameters: {} },
          }),
        ),
        optional: true,
        doc: 'how training images are varied, every epoch anew; validation and test images never are',
      },
    },
  }
}
