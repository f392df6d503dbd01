import { type EnergyModel, factsOf, identifySetup, type Job, METHODS, type Method, type Result } from '@snnx/ir'
import { listModels } from './energy.ts'
import { gatherPoints, nameMachine, type Point, uniqueJobs } from './point.ts'
import { type Spread, spreadOf } from './spread.ts'

/** A network with its data and dense training, from which a board's compressed networks start. */
export interface Setup {
  id: string
  job: Job
  /** The digest of the data set's content. */
  digest: string
  /** The accuracy of the dense network over the seeds seen. */
  dense: Spread
  /** Its name on the board: the network's, with a number where several set-ups share it. */
  label: string
}

/** A data set as its board names it. */
export interface BoardFacts {
  /** Its name in links; images in folders are told apart by theirs. */
  name: string
  title: string
  train: number
  test: number
}

/** All that is known about one data set. */
export interface Board {
  facts: BoardFacts
  points: Point[]
  setups: Setup[]
  methods: Method[]
  machines: string[]
  /** The most used first; energies of different ones are never drawn together. */
  energyModels: EnergyModel[]
  /** Distinct jobs. */
  runs: number
  experiments: string[]
}

/** One board for each data set that has records, the one with most points first. */
export function gatherBoards(results: readonly Result[]): Board[] {
  const byData = Map.groupBy(results, (result) => describeData(result).name)
  return [...byData.values()]
    .map((some) => gatherBoard(describeData(some[0]!), some))
    .sort((one, other) => other.points.length - one.points.length || one.facts.name.localeCompare(other.facts.name))
}

/** What a record says of its data. */
export function describeData({ job: { dataset }, data }: Result): BoardFacts {
  const name = dataset.name === 'images' ? `images_${dataset.folder.replaceAll(/[^A-Za-z0-9]+/g, '_')}` : dataset.name
  return { name, title: factsOf(dataset).title, train: data.train + data.validation, test: data.test }
}

/** How a method is called in prose and legends. */
export const METHOD_TITLES: Readonly<Record<Method, string>> = {
  dense: 'Dense',
  random: 'Random',
  magnitude: 'Magnitude, one-shot',
  magnitude_layer: 'Magnitude, layer-wise',
  gradual: 'Gradual magnitude',
  minimax: 'Minimax',
  ste: 'Straight-through',
  iterative: 'Lottery tickets',
  grad_r: 'Grad R',
  admm: 'ADMM',
  stds: 'STDS',
  set: 'SET',
  rigl: 'RigL',
  upr: 'UPR',
}

/** A method with the swept values that tell it from its like: `Minimax, compress.mask hard`. */
export function titlePoint({ method, variant }: Pick<Point, 'method' | 'variant'>): string {
  return [METHOD_TITLES[method], ...Object.entries(variant).map(([name, value]) => `${name} ${value}`)].join(', ')
}

function gatherBoard(facts: BoardFacts, results: readonly Result[]): Board {
  const points = gatherPoints(results)
  const jobs = uniqueJobs(results)
  return {
    facts,
    points,
    setups: gatherSetups(jobs),
    methods: METHODS.filter((method) => points.some((point) => point.method === method)),
    machines: [...new Set(jobs.map(nameMachine))].sort(),
    energyModels: listModels(jobs.map(({ energyModel }) => energyModel)),
    runs: jobs.length,
    experiments: [...new Set(results.map(({ experiment }) => experiment))].sort(),
  }
}

function gatherSetups(results: readonly Result[]): Setup[] {
  const groups = Map.groupBy(results, identifySetup)
  const setups = [...groups].map(([id, members]) => {
    const bySeed = new Map(
      members.map((result) => [result.job.seed, (100 * result.dense.correct) / result.dense.total]),
    )
    const { job, data } = members[0]!
    return { id, job, digest: data.digest, dense: spreadOf([...bySeed.values()]), label: job.network.name }
  })
  setups.sort((one, other) => one.label.localeCompare(other.label) || one.id.localeCompare(other.id))
  for (const [name, namesakes] of Map.groupBy(setups, ({ label }) => label)) {
    if (namesakes.length > 1) for (const [index, setup] of namesakes.entries()) setup.label = `${name} ${index + 1}`
  }
  return setups
}
