/** Every default of the language that is a matter of tuning, in base units (epochs, steps, shares). */
export const DEFAULTS = {
  dataset: { batch: 64, validation: 0.1, frames: 10, area: 0.08 },
  neuron: { tau: 2, threshold: 1, alpha: { atan: 2, sigmoid: 4, triangle: 1 } },
  network: { steps: 8, kernel: 3, epsilon: 1e-5, momentum: 0.1 },
  train: { lr: { adam: 1e-3, sgd: 0.1 }, momentum: 0.9, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, warmup: 1 },
  compress: {
    span: 2,
    finetune: 3,
    interval: 100,
    rates: { s: 6, y: 0.2, z: 4 },
    drop: 0.3,
    pull: 1,
    rho: 1e-2,
    price: 1,
  },
} as const
