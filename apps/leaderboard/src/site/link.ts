/** A link within the site, under whatever path it is served: `link('runs/0a1b/')`. */
export function link(path = ''): string {
  return `${import.meta.env.BASE_URL.replace(/\/$/, '')}/${path}`
}

export const linkRun = (hash: string) => link(`runs/${hash}/`)
export const linkBoard = (dataset: string) => link(`boards/${dataset}/`)
export const linkExperiment = (folder: string) => link(`experiments/${nameExperiment(folder)}/`)

/** An experiment's folder as a part of an address: as it is, but for what cannot stand there, which is written in hex. */
export function nameExperiment(folder: string): string {
  return folder.replace(/[^\w-]/gu, (character) => `.${character.codePointAt(0)!.toString(16)}`)
}
