// Generated from std/*.snnx by `npm run generate` in packages/dsl.
import type { Source } from './source.ts'

export const PRELUDE: readonly Source[] = [
  {
    name: 'std/devices.snnx',
    text: `snnx 1

/// SpiNNaker's board of 48 chips, as its users plan for it: 250 thousand neurons, 80 million synapses.
device spinnaker48 {
  neurons  <= 250 k
  synapses <= 80 M
}

/// A small microcontroller, such as an ARM Cortex-M0+: 256 KiB of flash for the weights, 32 KiB of RAM.
device microcontroller_small {
  size   <= 256 KiB
  memory <= 288 KiB
}

/// A large microcontroller, such as an ARM Cortex-M7: 2 MiB of flash for the weights, 512 KiB of RAM.
device microcontroller_large {
  size   <= 2 MiB
  memory <= 2.5 MiB
}
`,
  },
  {
    name: 'std/networks.snnx',
    text: `snnx 1

/// Two layers for images of 28 x 28 and 10 classes: 784-800-10. A neuron \`cell\` of one's own replaces the one of std.
network mlp {
  steps  = 8
  layers = flatten -> linear(800) -> cell -> linear(10) -> cell -> rate
}

/// The convolutional network of the minimax paper for images of 32 x 32 and 10 classes: 36.7 M parameters at width 256.
/// The first convolution sees a still image, so it is computed once; ten neurons vote for each class.
network cifar10net {
  width  = 256
  steps  = 8
  layers = repeat(3) { conv(width) -> norm -> cell } -> max_pool(2)
        -> repeat(3) { conv(width) -> norm -> cell } -> max_pool(2)
        -> flatten -> dropout(50 %) -> linear(8 * width) -> cell -> linear(100) -> cell -> vote(10) -> rate
}

/// A block of SEW-ResNet: what it makes is added to its input.
network sew_block {
  width  = 64
  layers = residual(add) {
    conv(width) -> norm -> cell -> conv(width) -> norm -> cell
  }
}

/// The first block of a stage of SEW-ResNet, which halves the image: its shortcut is a convolution of 1 x 1.
network sew_down {
  width  = 128
  layers = residual(add) {
    conv(width, stride = 2) -> norm -> cell -> conv(width) -> norm -> cell
  } shortcut {
    conv(width, kernel = 1, stride = 2) -> norm -> cell
  }
}

/// What SEW-ResNet begins with: a quarter of the image's height and width, 64 channels.
network sew_stem {
  layers = conv(64, kernel = 7, stride = 2) -> norm -> cell -> max_pool(3, stride = 2, padding = 1)
}

/// SEW-ResNet-18 (ADD) of Fang et al. 2021, as SpikingJelly has it, for 10 classes.
network sew_resnet18 {
  steps  = 4
  layers = sew_stem -> repeat(2) { sew_block(64) }
        -> sew_down(128) -> sew_block(128)
        -> sew_down(256) -> sew_block(256)
        -> sew_down(512) -> sew_block(512)
        -> global_pool -> flatten -> linear(10, bias = on) -> rate
}

/// SEW-ResNet-34 (ADD), deeper in every stage.
network sew_resnet34 {
  steps  = 4
  layers = sew_stem -> repeat(3) { sew_block(64) }
        -> sew_down(128) -> repeat(3) { sew_block(128) }
        -> sew_down(256) -> repeat(5) { sew_block(256) }
        -> sew_down(512) -> repeat(2) { sew_block(512) }
        -> global_pool -> flatten -> linear(10, bias = on) -> rate
}
`,
  },
  {
    name: 'std/neurons.snnx',
    text: `snnx 1

/// The neuron of this literature: leaky integrate-and-fire, tau 2 steps, threshold 1, back to 0 after a spike.
neuron cell : lif {
  tau       = 2 steps
  threshold = 1.0
  reset     = zero
  surrogate = atan(alpha = 2.0)
}
`,
  },
]
