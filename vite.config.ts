import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { defineConfig } from 'vite'

/** Builds the CLI and its database worker as plain ES modules for Node; every dependency stays external. */
export default defineConfig({
  publicDir: false,
  // Bundled, because a start reads one file faster than the hundreds that these packages have.
  ssr: { noExternal: ['commander', 'p-queue', 'smol-toml', 'zod'] },
  plugins: [
    {
      // npm does this for a package that it installs; in a checkout nobody else does.
      name: 'executable-command',
      writeBundle: ({ dir = 'dist' }) => chmodSync(join(dir, 'cli.js'), 0o755),
    },
  ],
  build: {
    ssr: true,
    target: 'node22.12',
    outDir: 'dist',
    emptyOutDir: true,
    minify: false,
    rolldownOptions: {
      input: {
        cli: 'src/cli/main.ts',
        'db-worker': 'src/node/sqlite/db-worker.ts',
      },
      output: {
        format: 'es',
        entryFileNames: '[name].js',
        // Flat, so that `new URL('./db-worker.js', import.meta.url)` means the same from every chunk.
        chunkFileNames: '[name]-[hash].js',
      },
    },
  },
})
