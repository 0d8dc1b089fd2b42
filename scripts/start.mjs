// `npm start`: the built app. `npm run dev`: the app with a page that follows its sources, and a main process that is
// restarted when its own change.
//
// TBCC_TEST_ELECTRON=1 takes the old Electron for tests, where the shipped one cannot be downloaded. Arguments go to
// Electron, in both cases after `--` (`npm start -- --force-device-scale-factor=2`).
import { buildApp } from './lib/app-build.mjs'
import { startDisplay } from './lib/display.mjs'
import { electronToShow } from './lib/electron.mjs'
import { run, startScript } from './lib/process.mjs'
import { setup } from './setup.mjs'

await startScript(import.meta.url, async () => {
  const [mode, ...args] = process.argv.slice(2)
  await setup()
  const electron = await electronToShow()
  const display = await startDisplay()
  try {
    const env = { ...electron.env, ...display.env }
    const { code } = await (mode === 'dev' ? develop(electron, env, args) : start(electron, env, args))
    return code
  } finally {
    display.end()
  }
})

/** @param {import('./lib/electron.mjs').Electron} electron @param {Record<string, string>} env @param {string[]} args */
async function start(electron, env, args) {
  const folder = await buildApp(electron)
  return run(electron.executable, [folder, ...electron.args, ...args], { env })
}

/** @param {import('./lib/electron.mjs').Electron} electron @param {Record<string, string>} env @param {string[]} args */
async function develop({ executable, major, args: own }, env, args) {
  const electronArgs = [...own, ...args]
  return run('electron-vite', ['dev', '--watch', ...(electronArgs.length === 0 ? [] : ['--', ...electronArgs])], {
    env: { ...env, ELECTRON_EXEC_PATH: executable, ELECTRON_MAJOR_VER: String(major) },
  })
}
