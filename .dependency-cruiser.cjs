/** The import rules of docs/architecture.md: dependencies go one way. */
/** @param {string} from @param {string[]} allowed @param {string} comment */
const only = (from, allowed, comment) => ({
  name: `${from}-imports`,
  comment,
  severity: 'error',
  from: { path: `^src/${from}/`, pathNot: '\\.test\\.ts$' },
  to: { path: '^src/', pathNot: `^src/(${[from, ...allowed].join('|')})/` },
})
/** @param {string} from @param {string[]} allowed */
const noPackages = (from, allowed) => ({
  name: `${from}-packages`,
  comment: `${from} is pure: no node: modules and no packages but ${allowed.join(', ') || 'none'}`,
  severity: 'error',
  from: { path: `^src/${from}/`, pathNot: '\\.test\\.ts$' },
  to: {
    dependencyTypes: ['npm', 'npm-dev', 'core', 'npm-no-pkg', 'unknown'],
    pathNot: `node_modules/(${allowed.join('|')})/`,
  },
})

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    only('contract', [], 'contract is a leaf'),
    only('core', ['contract'], 'core knows only the contract'),
    only('node', ['core', 'contract'], 'adapters implement the ports of core'),
    only('engine', ['node', 'core', 'contract'], 'the engine composes'),
    only('cli', ['engine', 'core', 'contract'], 'the CLI is a host of the engine'),
    noPackages('contract', ['zod']),
    noPackages('core', ['zod', 'smol-toml', 'p-queue']),
    {
      name: 'node-adapters-apart',
      comment: 'an adapter does not reach into another one; what they share is in src/node/read and src/node/host',
      severity: 'error',
      from: { path: '^src/node/(docker|sandbox|sqlite|fs)/', pathNot: '\\.test\\.ts$' },
      to: { path: '^src/node/(docker|sandbox|sqlite|fs)/', pathNot: '^src/node/$1/' },
    },
    {
      name: 'no-dev-dependencies-in-the-product',
      severity: 'error',
      from: { path: '^src/', pathNot: '\\.test\\.ts$' },
      to: { dependencyTypes: ['npm-dev'], pathNot: '@types/' },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'node', 'default', 'types'] },
    tsConfig: { fileName: 'tsconfig.node.json' },
  },
}
