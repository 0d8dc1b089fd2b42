import { chmodSync, existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { defineConfig, type Plugin } from 'vite'

/** Builds the CLI and its database worker as plain ES modules for Node. */
export default defineConfig({
  publicDir: false,
  // Bundled, because a start reads one file faster than the hundreds that these packages have.
  ssr: { noExternal: true, external: ['better-sqlite3', 'string-width', 'tar-stream', 'yaml'] },
  plugins: [
    withoutUnusedParts(),
    emptyOwnFolder(),
    withDirectBuiltins(),
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
    // The app and its page are built into folders of this one.
    emptyOutDir: false,
    minify: false,
    rolldownOptions: {
      input: {
        cli: 'src/cli/main.ts',
        'db-worker': 'src/node/sqlite/db-worker.ts',
        // The engine of the app, in the process that src/main/engine-entry.ts starts.
        'engine-main': 'src/main/engine-process.ts',
      },
      output: {
        format: 'es',
        // Names stay, for the stack of an error; less text is read faster.
        minify: { compress: false, mangle: false, codegen: { removeWhitespace: true } },
        entryFileNames: '[name].js',
        // Flat, so that `new URL('./db-worker.js', import.meta.url)` means the same from every chunk.
        chunkFileNames: '[name]-[hash].js',
        // One file for what every command loads and one for the list of tasks: each further file costs a start 0.3 ms.
        codeSplitting: {
          includeDependenciesRecursively: true,
          groups: [
            { name: 'start', test: /src\/cli\/cli\.ts$/, priority: 2 },
            { name: 'tasks', test: /src\/(cli\/commands\/tasks|engine\/(index|list-tasks))\.ts$/, priority: 1 },
          ],
        },
      },
    },
  },
})

/**
 * dockerode brings a gRPC server for BuildKit sessions, docker-modem an ssh client. src/node/docker has its own of both;
 * loaded all the same, these would cost every job a tenth of a second and 20 MB. commander can start other programs as
 * commands, which none of ours is.
 */
function withoutUnusedParts(): Plugin {
  const unused = '\0unused'
  const parts = [
    ['./session', '/dockerode/'],
    ['./ssh', '/docker-modem/'],
    ['node:child_process', '/commander/'],
  ] as const
  return {
    name: 'without-unused-parts',
    enforce: 'pre',
    resolveId: (source, importer = '') =>
      parts.some(([part, owner]) => source === part && importer.includes(owner)) ? unused : null,
    load: (id) => (id === unused ? 'export default () => { throw new Error("left out of the build") }' : null),
  }
}

/** Removes what an earlier build wrote, and nothing of the folders beside it. */
function emptyOwnFolder(): Plugin {
  return {
    name: 'empty-own-folder',
    generateBundle({ dir = 'dist' }) {
      if (this.meta.watchMode || !existsSync(dir)) return
      for (const entry of readdirSync(dir, { withFileTypes: true })) if (entry.isFile()) rmSync(join(dir, entry.name))
    },
  }
}

/**
 * Takes Node's own modules as objects. An `import` of one reads all its exports, and with them loads what most files
 * have no use for: streams for `node:fs`, stdin for `node:process`. Together that is some 8 ms of each start.
 */
function withDirectBuiltins(): Plugin {
  const statement = /^import (?:(\w[\w$]*)(?:, )?)?(?:\{([^}]*)\})? from "(node:[\w/]+)";$/gm
  return {
    name: 'with-direct-builtins',
    renderChunk: (code) =>
      code.replaceAll(statement, (_all, whole: string | undefined, names: string | undefined, module: string) => {
        const targets = [whole, names === undefined ? undefined : `{${names.replaceAll(' as ', ': ')}}`]
        return targets
          .filter((target) => target !== undefined)
          .map((target) => `const ${target} = globalThis.process.getBuiltinModule("${module}");`)
          .join(' ')
      }),
  }
}
