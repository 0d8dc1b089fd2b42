/** Set by the build: `npm run dev`, or not. */
declare const __TBCC_DEV__: boolean

/** Where `npm run dev` serves the page. A built app has none, whatever its environment says. */
export const DEV_SERVER: string | null = __TBCC_DEV__ ? (process.env['ELECTRON_RENDERER_URL'] ?? null) : null
