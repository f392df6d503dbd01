export { buildSite, type SiteOptions } from './build.ts'
export { type Served, serveSite } from './serve.ts'
