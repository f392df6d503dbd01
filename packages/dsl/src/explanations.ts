/** What `snnx explain CODE` says: why it happens, an example that shows it, and how to mend that. */
export interface Explanation {
  title: string
  cause: string
  example: string
  fix: string
  /** Where the example stands: in a block of this kind, in the experiment, below the header, or it is the whole file. */
  place: Place
}

type Place =
  | 'dataset'
  | 'neuron'
  | 'network'
  | 'train'
  | 'compress'
  | 'sweep'
  | 'report'
  | 'experiment'
  | 'top'
  | 'file'

const entry = (
  title: string,
  cause: string,
  example: string,
  fix: string,
  place: Place = 'experiment',
): Explanation => ({
  title,
  cause,
  example,
  fix,
  place,
})

/** Every code of the language. */
export const EXPLANATIONS = {
  SNX0101: entry(
    'unknown characters',
    'Some characters are no part of the language. Comments start with `#`, documentation with `///`.',
    'batch = 64;',
    'batch = 64',
    'dataset',
  ),
  SNX0102: entry(
    'syntax',
    'The text does not go on as the language does. Only the first mistake of a line is reported.',
    'tau =',
    'tau = 2 steps',
    'neuron',
  ),
  SNX0103: entry(
    'unbalanced brackets',
    'A bracket is opened and never closed, or closed and never opened. Where braces are missing, the indentation is taken as a hint to where.',
    'optimizer = adam(lr = 1e-3',
    'optimizer = adam(lr = 1e-3)',
    'train',
  ),
  SNX0104: entry(
    'missing version',
    'A file starts with the version of the language, so that later versions can still read it.',
    'experiment a { ... }',
    'snnx 1\nexperiment a { ... }',
    'file',
  ),
  SNX0105: entry(
    'unknown version',
    'The file is written in a version of the language that this program does not read.',
    'snnx 7\nexperiment a { ... }',
    'snnx 1\nexperiment a { ... }',
    'file',
  ),
  SNX0106: entry(
    'no experiment',
    'A file that is to be run holds one `experiment NAME { ... }`. One of data sets, neurons and networks alone can be checked, and imported.',
    'snnx 1',
    'snnx 1\nexperiment a { ... }',
    'file',
  ),
  SNX0107: entry(
    'too large',
    'The file is longer, its brackets and networks are nested deeper, or a network has more layers, than any experiment needs.',
    'layers = flatten -> repeat(100) { repeat(100) { linear(10) -> cell } } -> rate',
    'layers = flatten -> repeat(2) { linear(10) -> cell } -> rate',
    'network',
  ),
  SNX0108: entry(
    'open text',
    'A text in quotes ends on the line on which it starts.',
    'from "neurons.snnx use slow',
    'from "neurons.snnx" use slow',
    'top',
  ),
  SNX0110: entry(
    'more mistakes',
    'A file with very many mistakes shows the first of them. Mending those often mends others.',
    'a text that is no .snnx file',
    'snnx 1\nexperiment a { ... }',
    'file',
  ),
  SNX0201: entry(
    'wrong kind of value',
    'The key takes another kind of value, such as a number where a word was written.',
    'batch = many',
    'batch = 64',
    'dataset',
  ),
  SNX0202: entry(
    'unknown unit',
    'The word after a number is its unit, and this is none that the language knows.',
    'tau = 2 stepps',
    'tau = 2 steps',
    'neuron',
  ),
  SNX0203: entry(
    'missing unit',
    'A number that measures something needs its unit, so that nobody has to guess whether 2 means steps or milliseconds.',
    'tau = 2.0',
    'tau = 2.0 steps',
    'neuron',
  ),
  SNX0204: entry(
    'wrong unit',
    'The unit measures something else than the key takes, or than the other end of the range.',
    'duration = 10 steps',
    'duration = 10 epochs',
    'train',
  ),
  SNX0205: entry(
    'out of range',
    'The number lies outside what the key can mean.',
    'validation = 120 %',
    'validation = 10 %',
    'dataset',
  ),
  SNX0206: entry(
    'not a whole number',
    'The key counts something, so its number is whole.',
    'batch = 6.5',
    'batch = 64',
    'dataset',
  ),
  SNX0207: entry(
    'unknown choice',
    'The key takes one of a few words, and this is none of them.',
    'reset = nought',
    'reset = zero',
    'neuron',
  ),
  SNX0208: entry(
    'step length unknown',
    'A time in seconds can be counted in steps only when the network says how long its step is.',
    'neuron cell : lif { tau = 4 ms }\nnetwork mlp { layers = flatten -> linear(10) -> cell -> rate }',
    'neuron cell : lif { tau = 4 ms }\nnetwork mlp {\n  dt     = 1 ms\n  layers = flatten -> linear(10) -> cell -> rate\n}',
  ),
  SNX0209: entry(
    'value twice',
    'A list holds the same value twice, which would make the same job twice. In `zip` a value may come again where another one beside it differs.',
    'cell.tau in [2 steps, 2 steps]',
    'cell.tau in [2 steps, 4 steps]',
    'sweep',
  ),
  SNX0210: entry(
    'path leads out',
    'A spec reads files beside it or below its folder only, so that it can be passed on, and can be run without knowing its author.',
    'start = file("../weights.safetensors")',
    'start = file("weights.safetensors")',
    'train',
  ),
  SNX0301: entry(
    'unknown key',
    'The block or form has no such key or parameter. A network has a number of its own where its layers refer to it.',
    'treshold = 1.0',
    'threshold = 1.0',
    'neuron',
  ),
  SNX0302: entry(
    'key twice',
    'A key is written twice, so that one of the values would be ignored.',
    'steps = 8\nsteps = 4',
    'steps = 8',
    'network',
  ),
  SNX0303: entry(
    'unknown block',
    'The language has no block of this kind.',
    'optimiser { lr = 1e-3 }',
    'train {\n  duration  = 5 epochs\n  optimizer = adam(lr = 1e-3)\n}',
  ),
  SNX0304: entry(
    'key of another base',
    'The key belongs to another base of this kind of block.',
    'compress : magnitude {\n  connectivity <= 25 %\n  mask = soft\n}',
    'compress : minimax {\n  connectivity <= 25 %\n  mask = soft\n}',
  ),
  SNX0305: entry(
    'unknown name',
    'A layer, neuron, network, number of a network, or layer with weights is named that does not exist.',
    'layers = flatten -> liner(10) -> cell -> rate',
    'layers = flatten -> linear(10) -> cell -> rate',
    'network',
  ),
  SNX0306: entry(
    'block twice',
    'Two blocks have the same address, or there are two of a kind of which an experiment has one. Of several networks all but one are used by others.',
    'train { ... }\ntrain { ... }',
    'train { ... }',
  ),
  SNX0307: entry(
    'missing key',
    'A key or parameter without a default is not written.',
    'train { loss = mse }',
    'train { loss = mse, duration = 10 epochs }',
  ),
  SNX0308: entry(
    'missing block',
    'An experiment needs a data set, a network and a training.',
    'snnx 1\nexperiment a {\n  network : mlp { }\n  train { duration = 10 epochs }\n}',
    'snnx 1\nexperiment a {\n  dataset : mnist { }\n  network : mlp { }\n  train { duration = 10 epochs }\n}',
    'file',
  ),
  SNX0309: entry(
    'base',
    'The word after `:` names what the block is built on. It is unknown, missing, or the block takes none.',
    'neuron cell : lief { }',
    'neuron cell : lif { }',
  ),
  SNX0310: entry(
    'name',
    'Names are in snake_case, are not words of the language, and some blocks need one.',
    'neuron Cell : lif { }',
    'neuron cell : lif { }',
  ),
  SNX0311: entry(
    'built on itself',
    'Following the bases of this block leads back to it, or a network is a layer of itself.',
    'neuron a : b { }\nneuron b : a { }',
    'neuron a : lif { }\nneuron b : a { }',
  ),
  SNX0312: entry(
    'misplaced',
    'The statement is known, but not in this place.',
    'cell.tau in [2 steps, 4 steps]',
    'sweep { cell.tau in [2 steps, 4 steps] }',
  ),
  SNX0313: entry(
    'wrong sign',
    '`=` fixes a value and `<=` bounds a resource; each key takes one of them.',
    'connectivity = 25 %',
    'connectivity <= 25 %',
    'compress',
  ),
  SNX0314: entry(
    'layers in braces',
    '`repeat` and `residual` are followed by the layers that they hold, in braces; no other layer is. Only `residual` has a shortcut.',
    'layers = flatten -> repeat(3) -> linear(10) -> cell -> rate',
    'layers = flatten -> repeat(3) { linear(10) -> cell } -> rate',
    'network',
  ),
  SNX0315: entry(
    'file not found',
    'A file that is imported does not exist. Its path begins in the folder of the file that imports it.',
    'from "neuron.snnx" use slow',
    'from "neurons.snnx" use slow',
    'top',
  ),
  SNX0316: entry(
    'not in that file',
    'The file that is imported from has no data set, neuron or network of this name outside of an experiment.',
    'from "neurons.snnx" use slwo',
    'from "neurons.snnx" use slow',
    'top',
  ),
  SNX0317: entry(
    'imports in a circle',
    'A file imports another one that, by however many steps, imports the first.',
    'from "a.snnx" use slow   # in b.snnx, which a.snnx imports',
    'from "neurons.snnx" use slow',
    'top',
  ),
  SNX0318: entry(
    'data not here',
    'The data set is nowhere on this machine: not in the folders of `SNNX_DATA`, the cache, or the place of the system. It would be downloaded when the experiment runs.',
    'dataset : cifar10 { }   # and no folder has its files',
    'dataset : fashion_mini { }   # comes with snnx',
  ),
  SNX0319: entry(
    'job too large',
    'By the estimate a job needs more memory than this machine has, or than its container may take. `snnx plan` shows what each job needs.',
    'dataset : cifar10 { batch = 10000 }   # on a laptop',
    'dataset : cifar10 { batch = 32 }',
  ),
  SNX0320: entry(
    'what the data are',
    'Shape, classes and numbers of examples belong to the data: `std` says them, and no experiment chooses them. So a data set is built on one of `std`, or on `images` for images of your own.',
    'dataset : mnist { classes = 12 }',
    'dataset : mnist { }',
  ),
  SNX0401: entry(
    'unknown address',
    'A sweep, a condition or a report names a value that does not exist. A block is addressed by its name, else by its kind.',
    'cell.tua in [2 steps, 4 steps]',
    'cell.tau in [2 steps, 4 steps]',
    'sweep',
  ),
  SNX0402: entry(
    'unequal lists',
    '`zip` pairs the first values, the second values and so on, so its lists are equally long.',
    'zip leak {\n  cell.tau in [2 steps, 4 steps]\n  mlp.steps in [8]\n}',
    'zip leak {\n  cell.tau in [2 steps, 4 steps]\n  mlp.steps in [8, 4]\n}',
    'sweep',
  ),
  SNX0403: entry('empty', 'A sweep over nothing makes no job.', 'mlp.steps in 8 .. 4', 'mlp.steps in 4 .. 8', 'sweep'),
  SNX0404: entry(
    'swept twice',
    'An address stands in the sweep twice.',
    'mlp.steps in [4]\nmlp.steps in [8]',
    'mlp.steps in [4, 8]',
    'sweep',
  ),
  SNX0405: entry(
    'not for all bases',
    'The block is swept over several bases, and the key does not exist for all of them. Under `when` it counts only where it exists.',
    'compress : minimax {\n  connectivity <= 25 %\n  mask = soft\n}\nsweep { compress in [minimax, gradual] }',
    'compress : minimax {\n  connectivity <= 25 %\n  when compress == minimax { mask = soft }\n}\nsweep { compress in [minimax, gradual] }',
  ),
  SNX0406: entry(
    'too many jobs',
    'The product of the sweep is larger than anybody can run.',
    'repeat seed in 0 .. 1000000',
    'repeat seed in 0 .. 4',
    'sweep',
  ),
  SNX0407: entry(
    'no job left',
    'The requirements reject every configuration before it runs.',
    'require mlp.parameters <= 1 k',
    'require mlp.parameters <= 1 M',
    'sweep',
  ),
  SNX0408: entry(
    'condition never true',
    'What stands under this `when` is used in no job.',
    'when compress == random { compress.span in [1 epoch, 2 epochs] }',
    'when compress == minimax { compress.span in [1 epoch, 2 epochs] }',
    'sweep',
  ),
  SNX0409: entry(
    'no order',
    'Words have no order, so they cannot be compared by size or make a range; a logarithmic range starts above 0.',
    'require compress <= minimax',
    'require compress == minimax',
    'sweep',
  ),
  SNX0410: entry(
    'replicates',
    '`repeat` is for the seed, whose values are replicates and no parameter; all else is swept without it.',
    'seed in 0 .. 4',
    'repeat seed in 0 .. 4',
    'sweep',
  ),
  SNX0501: entry(
    'shape',
    'A layer does not fit what comes before it, or the network does not end as its data set needs it, or does not run as many steps as a recording has frames.',
    'layers = linear(10) -> cell -> rate',
    'layers = flatten -> linear(10) -> cell -> rate',
    'network',
  ),
  SNX0502: entry(
    'nothing left',
    'The bound is so tight that not one connection remains.',
    'connectivity <= 0.00001 %',
    'connectivity <= 1 %',
    'compress',
  ),
  SNX0503: entry(
    'nodes do not descend',
    'Each node of a bound continues from the one before and removes more.',
    'connectivity <= 5 % then 25 %',
    'connectivity <= 25 % then 5 %',
    'compress',
  ),
  SNX0504: entry(
    'nothing to prune',
    'All layers with weights are protected.',
    'protect = [first, last]   # of two layers',
    'protect = [first]',
    'compress',
  ),
  SNX0505: entry(
    'warm-up too long',
    'The learning rate would still be rising when the training ends.',
    'schedule = cosine(warmup = 5 epochs)\nduration = 5 epochs',
    'schedule = cosine(warmup = 1 epoch)\nduration = 5 epochs',
    'train',
  ),
  SNX0506: entry(
    'interval too long',
    'The span ends before the first pruning, so gradual pruning would cut at once.',
    'compress : gradual {\n  connectivity <= 25 %\n  interval = 1000 batches\n  span     = 1 epoch\n}',
    'compress : gradual {\n  connectivity <= 25 %\n  interval = 10 batches\n  span     = 1 epoch\n}',
  ),
  SNX0507: entry(
    'bound cannot be met',
    'The bound is below what the network takes when everything that may be pruned is gone: protected layers, biases, norms, neurons. Where only data can tell, it is a warning.',
    'neurons <= 10',
    'neurons <= 250 k',
    'compress',
  ),
  SNX0508: entry(
    'unequal nodes',
    'Bounds with `then` walk from node to node together, so they have as many. One with a single limit holds at the last node.',
    'connectivity <= 25 % then 5 %\nsynops <= 50 % then 20 % then 10 %',
    'connectivity <= 25 % then 5 %\nsynops <= 50 % then 20 %',
    'compress',
  ),
  SNX0509: entry(
    'nothing bounded',
    'A compression needs at least one bound: of connectivity, or of another resource.',
    'compress : minimax { }',
    'compress : minimax { connectivity <= 5 % }',
  ),
  SNX0510: entry(
    'nothing trained',
    'Without training only a network makes sense whose weights come from a file.',
    'duration = 0 epochs',
    'start    = file("weights.safetensors")\nduration = 0 epochs',
    'train',
  ),
  SNX0601: entry(
    'rank over single seeds',
    'Runs differ by chance. Ranking single ones says little about which is better; replicates give an interval.',
    'report { rank = accuracy }',
    'report { rank = accuracy }\nsweep { repeat seed in 0 .. 4 }',
  ),
  SNX0602: entry(
    'group not swept',
    'A chart is grouped by a value that is the same in every job.',
    'report { plot = pareto(x = connectivity, y = accuracy, group = compress) }',
    'report { plot = pareto(x = connectivity, y = accuracy, group = compress) }\nsweep { compress in [minimax, gradual] }',
  ),
  SNX0603: entry(
    'one axis',
    'A chart of a metric against itself is a line, whatever the results are.',
    'report { plot = pareto(x = accuracy, y = accuracy) }',
    'report { plot = pareto(x = connectivity, y = accuracy) }',
  ),
} satisfies Record<string, Explanation>

/** A stable code of the language. */
export type Code = keyof typeof EXPLANATIONS

/** Cause, example and fix for a code, as text; `null` for a code that the language does not have. */
export function explain(code: string): string | null {
  const wanted = code.toUpperCase()
  if (!Object.hasOwn(EXPLANATIONS, wanted)) return null
  const { title, cause, example, fix, place } = EXPLANATIONS[wanted as Code]
  const where = ['experiment', 'top', 'file'].includes(place) ? '' : `, in \`${place} { ... }\``
  const indent = (text: string) => text.replace(/^/gm, '    ')
  return `${wanted}: ${title}\n\n${cause}\n\nThis is reported${where}:\n\n${indent(example)}\n\nThis is not:\n\n${indent(fix)}\n`
}
