/** A link within the site, under whatever path it is served: `link('runs/0a1b/')`. */
export function link(path = ''): string {
  return `${import.meta.env.BASE_URL.replace(/\/$/, '')}/${path}`
}

export const linkRun = (hash: string) => link(`runs/${hash}/`)
export const linkBoard = (dataset: string) => link(`boards/${dataset}/`)
