import { DEFAULTS } from './defaults.ts'
import { type BlockRule, choice, flag, type Keys, plain, time, variant } from './type.ts'

const { tau, threshold, alpha } = DEFAULTS.neuron
const sharpness = (value: number) => ({
  alpha: { type: plain({ above: 0 }), default: value, doc: 'its sharpness' },
})
const leak: Keys = {
  tau: { type: time({ min: 1 }), default: tau, doc: 'time constant of the membrane; 1 step forgets all' },
}

export const neuron: BlockRule = {
  doc: 'A spiking neuron; its name can be used as a layer.',
  required: false,
  many: true,
  nameNeeded: true,
  baseNeeded: true,
  derives: true,
  bases: {
    lif: { doc: 'leaky integrate-and-fire: the potential moves towards its input by 1/tau a step', keys: leak },
    if: { doc: 'integrate-and-fire: the potential adds up its input', keys: {} },
    plif: {
      doc: 'leaky integrate-and-fire whose tau is learned, one for the layer, starting at `tau`, above 1 step',
      keys: leak,
    },
  },
  keys: {
    threshold: { type: plain({ above: 0 }), default: threshold, doc: 'potential at which it fires' },
    reset: {
      type: choice({ zero: 'to `reset_to`', subtract: 'by the threshold' }),
      default: 'zero',
      doc: 'what a spike does to the potential',
    },
    reset_to: { type: plain(), default: 0, doc: 'resting potential, and where `reset = zero` goes' },
    detach: { type: flag, default: true, doc: 'whether the gradient takes the spike inside the reset as a constant' },
    surrogate: {
      type: variant({
        atan: { doc: 'derivative of the arc tangent', parameters: sharpness(alpha.atan) },
        sigmoid: { doc: 'derivative of the logistic function', parameters: sharpness(alpha.sigmoid) },
        triangle: { doc: 'a triangle around the threshold', parameters: sharpness(alpha.triangle) },
      }),
      default: { kind: 'atan', alpha: alpha.atan },
      doc: 'what stands for the derivative of the spike',
    },
  },
}
