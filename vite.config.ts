import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { defineConfig, type Plugin } from 'vite'

/** Builds the CLI and its database worker as plain ES modules for Node. */
export default defineConfig({
  publicDir: false,
  // Bundled, because a start reads one file faster than the hundreds that these packages have.
  ssr: { noExternal: true, external: ['better-sqlite3', 'string-width', 'tar-stream', 'yaml'] },
  plugins: [
    withoutUnusedParts(),
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

/**
 * dockerode brings a gRPC server for BuildKit sessions, docker-modem an ssh client. src/node/docker has its own of both;
 * loaded all the same, these would cost every job a tenth of a second and 20 MB.
 */
function withoutUnusedParts(): Plugin {
  const unused = '\0unused'
  const parts = [
    ['./session', '/dockerode/'],
    ['./ssh', '/docker-modem/'],
  ] as const
  return {
    name: 'without-unused-parts',
    enforce: 'pre',
    resolveId: (source, importer = '') =>
      parts.some(([part, owner]) => source === part && importer.includes(owner)) ? unused : null,
    load: (id) => (id === unused ? 'export default () => { throw new Error("left out of the build") }' : null),
  }
}
