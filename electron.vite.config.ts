import { resolve } from 'node:path'
import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'electron-vite'
import type { Plugin } from 'vite'
import { rendererBuild } from './vite.renderer.ts'

/** Of the Electron that the build is for; scripts/lib/electron.mjs sets it where that is another one than is shipped. */
const isOld = Number(process.env['ELECTRON_MAJOR_VER'] ?? Number.POSITIVE_INFINITY) < 30

/** CommonJS, which every Electron takes: the main process is thin, and nothing in it needs more. */
const output = { format: 'cjs', entryFileNames: '[name].cjs', chunkFileNames: '[name]-[hash].cjs' } as const

/** The app's own processes and its page. The engine is built by vite.config.ts, for whatever Node runs it. */
export default defineConfig(({ command }) => ({
  main: {
    define: { __TBCC_DEV__: JSON.stringify(command === 'serve') },
    build: {
      outDir: 'dist/main',
      // engine-entry runs under whatever Node it is given, an old one too.
      target: 'node16',
      rolldownOptions: { input: { main: 'src/main/main.ts', 'engine-entry': 'src/main/engine-entry.ts' }, output },
    },
  },
  // One file with all it needs: a sandboxed preload script can load no other.
  preload: {
    build: {
      outDir: 'dist/preload',
      externalizeDeps: false,
      rolldownOptions: { input: { preload: 'src/preload/preload.ts' }, output },
    },
  },
  renderer: {
    ...rendererBuild(isOld ? 'chrome108' : 'es2024'),
    plugins: [react(), tailwindcss(), ...(isOld ? [withBuiltins()] : [])],
    server: { host: '127.0.0.1', strictPort: false },
    cacheDir: resolve(import.meta.dirname, 'node_modules/.cache/vite-app'),
  },
}))

/** For the Electron of the tests: what its Chrome does not have yet. Syntax and colours are lowered by the target. */
function withBuiltins(): Plugin {
  const page = resolve(import.meta.dirname, 'src/renderer/main.tsx')
  const builtins = resolve(import.meta.dirname, 'e2e/electron/older-builtins.js')
  return {
    name: 'older-builtins',
    enforce: 'pre',
    transform: (code, id) => (id === page ? `import ${JSON.stringify(builtins)}\n${code}` : null),
  }
}
