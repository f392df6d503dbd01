import { defineConfig } from 'astro/config'

const conditions = ['@snnx/source']

/** A static site: styles and scripts stay files of their own, so that the content security policy needs no exceptions. */
export default defineConfig({
  base: process.env.SNNX_SITE_BASE ?? '/',
  trailingSlash: 'always',
  compressHTML: true, // its other way drops the space between words on different lines
  devToolbar: { enabled: false },
  build: { inlineStylesheets: 'never' },
  vite: {
    resolve: { conditions },
    ssr: { resolve: { conditions, externalConditions: conditions } },
    build: { assetsInlineLimit: 0 },
  },
})
