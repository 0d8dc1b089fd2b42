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

const NODE_ADAPTERS =
  '^src/node/(docker|sandbox|sqlite|fs|settings|secrets|credentials|toolchains|acp-registry|prices)/'

module.exports = {
  forbidden: [
    { name: 'no-circular', severity: 'error', from: {}, to: { circular: true } },
    only('contract', [], 'contract is a leaf'),
    only('core', ['contract'], 'core knows only the contract'),
    only('node', ['core', 'contract'], 'adapters implement the ports of core'),
    only('engine', ['node', 'core', 'contract'], 'the engine composes'),
    only('rpc', ['contract'], 'rpc carries what the contract says'),
    only('server', ['engine', 'rpc', 'core', 'contract'], 'the server is a host of the engine'),
    only('cli', ['server', 'engine', 'rpc', 'core', 'contract'], 'the CLI is a host of the engine'),
    only('main', ['engine', 'rpc', 'core', 'contract'], 'the app is a host of the engine'),
    only('preload', ['contract'], 'the preload script hands over ports and capabilities, and nothing else'),
    only('renderer', ['rpc', 'contract'], 'the screens know the engine by its contract only'),
    {
      name: 'features-apart',
      comment: 'a feature does not reach into another one; what they share is in components/ and stores/',
      severity: 'error',
      from: { path: '^src/renderer/features/([^/]+)/' },
      to: { path: '^src/renderer/features/', pathNot: '^src/renderer/features/$1/' },
    },
    {
      name: 'electron-in-its-hosts',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/(main|preload)/' },
      to: { path: 'node_modules/electron/' },
    },
    noPackages('rpc', ['zod']),
    noPackages('contract', ['zod']),
    noPackages('core', ['zod', 'smol-toml', 'p-queue', '@agentclientprotocol/sdk']),
    {
      name: 'node-adapters-apart',
      comment: 'an adapter does not reach into another one; what they share is in src/node and its {read,write,host}',
      severity: 'error',
      from: { path: NODE_ADAPTERS, pathNot: '\\.test\\.ts$' },
      to: { path: NODE_ADAPTERS, pathNot: '^src/node/$1/' },
    },
    {
      name: 'no-dev-dependencies-in-the-product',
      severity: 'error',
      // The page, and the little that Electron runs, are bundled with what they use.
      from: { path: '^src/', pathNot: ['\\.test\\.tsx?$', '^src/(renderer|main|preload)/'] },
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
