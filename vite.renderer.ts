import { resolve } from 'node:path'
import type { UserConfig } from 'vite'

/** What both builds of the page share. `target`: the oldest browser it must run in. */
export function rendererBuild(target: string): UserConfig {
  return {
    root: resolve(import.meta.dirname, 'src/renderer'),
    base: './',
    build: {
      outDir: resolve(import.meta.dirname, 'dist/renderer'),
      emptyOutDir: true,
      target,
      minify: true,
      // Lowers nesting and colours where the target is an older Electron.
      cssMinify: 'lightningcss',
      cssTarget: target.startsWith('es') ? ['chrome120', 'firefox128', 'safari17'] : target,
      reportCompressedSize: false,
      // Fonts as files: a data: URL would need a wider policy.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
    },
  }
}
