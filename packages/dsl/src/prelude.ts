// Generated from std/*.snnx by `npm run generate` in packages/dsl.
import type { Source } from './source.ts'

export const PRELUDE: readonly Source[] = [
  {
    name: 'std/datasets.snnx',
    text: `snnx 1

/// MNIST: handwritten digits in grey, collected from NIST's forms. LeCun, Bottou, Bengio and Haffner 1998, "Gradient-based
/// learning applied to document recognition". CC BY-SA 3.0.
dataset mnist : idx {
  shape   = [28, 28]
  classes = 10
  train   = 60 k
  test    = 10 k
  mean    = [0.1307]
  std     = [0.3081]
}

/// Fashion-MNIST: pictures of clothes, shaped and counted as MNIST is, and harder. Xiao, Rasul and Vollgraf 2017,
/// arXiv 1708.07747. MIT licence.
dataset fashion_mnist : idx {
  shape   = [28, 28]
  classes = 10
  train   = 60 k
  test    = 10 k
  mean    = [0.286]
  std     = [0.353]
}

/// Fashion-MNIST, first 6,000 + 2,000: what comes with snnx, for a first look and for tests. MIT licence.
dataset fashion_mini : idx {
  shape   = [28, 28]
  classes = 10
  train   = 6 k
  test    = 2 k
  mean    = [0.286]
  std     = [0.353]
}

/// CIFAR-10: small photographs of animals and vehicles. Krizhevsky 2009, "Learning multiple layers of features from tiny
/// images". Its authors name no licence.
dataset cifar10 : cifar {
  shape   = [3, 32, 32]
  classes = 10
  train   = 50 k
  test    = 10 k
  mean    = [0.4914, 0.4822, 0.4465]
  std     = [0.247, 0.2435, 0.2616]
}

/// CIFAR-10, first 20,000 + 10,000: batches 1 and 2 for training, the whole test batch.
dataset cifar10_20k : cifar {
  shape   = [3, 32, 32]
  classes = 10
  train   = 20 k
  test    = 10 k
  mean    = [0.4914, 0.4822, 0.4465]
  std     = [0.247, 0.2435, 0.2616]
}

/// CIFAR-100: as CIFAR-10, of a hundred finer classes, 500 + 100 images of each. Krizhevsky 2009. No licence is named.
dataset cifar100 : cifar {
  shape   = [3, 32, 32]
  classes = 100
  train   = 50 k
  test    = 10 k
  mean    = [0.5071, 0.4865, 0.4409]
  std     = [0.2673, 0.2564, 0.2762]
}

/// N-MNIST: MNIST's digits on a screen before an event camera (ATIS) that makes three saccades. Orchard, Jayawant, Cohen and
/// Thakor 2015, "Converting static image datasets to spiking neuromorphic datasets using saccades". CC BY-SA 4.0.
dataset nmnist : recordings {
  shape   = [2, 34, 34]
  classes = 10
  train   = 60 k
  test    = 10 k
}

/// N-MNIST, first 1,000 + 100: those in the tests of SLAYER, for a first look.
dataset nmnist_1k : recordings {
  shape   = [2, 34, 34]
  classes = 10
  train   = 1 k
  test    = 100
}

/// DVS128 Gesture: people who wave, clap and roll their arms before a DVS128 camera, under three lights. Amir and others
/// 2017, "A low power, fully event-based gesture recognition system". CC BY 4.0.
dataset dvs128_gesture : recordings {
  shape   = [2, 128, 128]
  classes = 11
  train   = 1176
  test    = 288
}

/// CIFAR10-DVS: 10,000 of CIFAR-10's images, moved before a DVS128 camera; of each class the first 100 test, as most papers
/// have it since TEBN (Duan and others 2022). Li, Liu, Ji, Li and Shi 2017, "CIFAR10-DVS: an event-stream dataset". CC BY 4.0.
dataset cifar10_dvs : recordings {
  shape   = [2, 128, 128]
  classes = 10
  train   = 9 k
  test    = 1 k
}
`,
  },
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

/// Two layers, 784-800-10 for images of 28 x 28 and 10 classes. A neuron \`cell\` of one's own replaces the one of std.
network mlp {
  classes = 10
  steps   = 8
  layers  = flatten -> linear(800) -> cell -> linear(classes) -> cell -> rate
}

/// The convolutional network of the minimax paper for images of 32 x 32: 36.7 M parameters at width 256 and 10 classes.
/// The first convolution sees a still image, so it is computed once; ten neurons vote for each class.
network cifar10net {
  width   = 256
  classes = 10
  steps   = 8
  layers  = repeat(3) { conv(width) -> norm -> cell } -> max_pool(2)
         -> repeat(3) { conv(width) -> norm -> cell } -> max_pool(2)
         -> flatten -> dropout(50 %) -> linear(8 * width) -> cell
         -> linear(10 * classes) -> cell -> vote(classes) -> rate
}

/// A convolution of VGG, with biases as its authors have them.
network vgg_block {
  width  = 64
  layers = conv(width, bias = on) -> norm -> cell
}

/// VGG-SNN for events (Deng et al. 2022, temporal efficient training): CIFAR10-DVS at 2 x 48 x 48, 10 steps; 9.3 M parameters.
network vgg_snn {
  classes = 10
  steps   = 10
  layers  = vgg_block(64) -> vgg_block(128) -> avg_pool(2)
         -> vgg_block(256) -> vgg_block(256) -> avg_pool(2)
         -> vgg_block(512) -> vgg_block(512) -> avg_pool(2)
         -> vgg_block(512) -> vgg_block(512) -> avg_pool(2)
         -> flatten -> linear(classes, bias = on) -> rate
}

/// What VGG ends with, on 512 x 7 x 7.
network vgg_head {
  classes = 1000
  layers  = flatten -> repeat(2) { linear(4096, bias = on) -> cell -> dropout(50 %) } -> linear(classes, bias = on)
}

/// VGG-11 with batch norm as SpikingJelly has it, for images of 224 x 224.
network spiking_vgg11 {
  classes = 1000
  steps   = 4
  layers  = vgg_block(64) -> max_pool(2)
         -> vgg_block(128) -> max_pool(2)
         -> repeat(2) { vgg_block(256) } -> max_pool(2)
         -> repeat(2) { repeat(2) { vgg_block(512) } -> max_pool(2) }
         -> vgg_head(classes) -> rate
}

/// VGG-16 with batch norm, deeper in every stage.
network spiking_vgg16 {
  classes = 1000
  steps   = 4
  layers  = repeat(2) { vgg_block(64) } -> max_pool(2)
         -> repeat(2) { vgg_block(128) } -> max_pool(2)
         -> repeat(3) { vgg_block(256) } -> max_pool(2)
         -> repeat(2) { repeat(3) { vgg_block(512) } -> max_pool(2) }
         -> vgg_head(classes) -> rate
}

/// What a ResNet begins with: a quarter of the image's height and width, 64 channels.
network resnet_stem {
  layers = conv(64, kernel = 7, stride = 2) -> norm -> cell -> max_pool(3, stride = 2, padding = 1)
}

/// What a ResNet ends with: the mean of each channel, one number for each class at every step.
network resnet_head {
  classes = 10
  layers  = global_pool -> flatten -> linear(classes, bias = on)
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

/// SEW-ResNet-18 (ADD) of Fang et al. 2021, as SpikingJelly has it: for ImageNet, and with 10 classes for small images too.
network sew_resnet18 {
  classes = 10
  steps   = 4
  layers  = resnet_stem -> repeat(2) { sew_block(64) }
         -> sew_down(128) -> sew_block(128)
         -> sew_down(256) -> sew_block(256)
         -> sew_down(512) -> sew_block(512)
         -> resnet_head(classes) -> rate
}

/// SEW-ResNet-34 (ADD), deeper in every stage.
network sew_resnet34 {
  classes = 10
  steps   = 4
  layers  = resnet_stem -> repeat(3) { sew_block(64) }
         -> sew_down(128) -> repeat(3) { sew_block(128) }
         -> sew_down(256) -> repeat(5) { sew_block(256) }
         -> sew_down(512) -> repeat(2) { sew_block(512) }
         -> resnet_head(classes) -> rate
}

/// A block of spiking ResNet: as in a ResNet the sum comes before the last neuron, which so stands between all blocks.
network spiking_block {
  width  = 64
  layers = residual(add) {
    conv(width) -> norm -> cell -> conv(width) -> norm
  } -> cell
}

/// The first block of a stage of spiking ResNet, which halves the image.
network spiking_down {
  width  = 128
  layers = residual(add) {
    conv(width, stride = 2) -> norm -> cell -> conv(width) -> norm
  } shortcut {
    conv(width, kernel = 1, stride = 2) -> norm
  } -> cell
}

/// Spiking ResNet-18, a ResNet with neurons in place of its ReLUs, as SpikingJelly has it.
network spiking_resnet18 {
  classes = 10
  steps   = 4
  layers  = resnet_stem -> repeat(2) { spiking_block(64) }
         -> spiking_down(128) -> spiking_block(128)
         -> spiking_down(256) -> spiking_block(256)
         -> spiking_down(512) -> spiking_block(512)
         -> resnet_head(classes) -> rate
}

/// Spiking ResNet-34, deeper in every stage.
network spiking_resnet34 {
  classes = 10
  steps   = 4
  layers  = resnet_stem -> repeat(3) { spiking_block(64) }
         -> spiking_down(128) -> repeat(3) { spiking_block(128) }
         -> spiking_down(256) -> repeat(5) { spiking_block(256) }
         -> spiking_down(512) -> repeat(2) { spiking_block(512) }
         -> resnet_head(classes) -> rate
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
