/** Names of the messages between the app's main process and its preload script. No page sees them. */
export const CHANNELS = {
  openEngine: 'tbcc:open-engine',
  engine: 'tbcc:engine',
  engineGone: 'tbcc:engine-gone',
  pickFolder: 'tbcc:pick-folder',
  reveal: 'tbcc:reveal',
  notify: 'tbcc:notify',
  restartEngine: 'tbcc:restart-engine',
  menu: 'tbcc:menu',
} as const
