import tailwindcss from '@tailwindcss/vite'
import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { rendererBuild } from './vite.renderer.ts'

/** The page alone, as `tbcc serve` hands it out; the Electron app builds the same one. */
export default defineConfig({ ...rendererBuild('es2024'), plugins: [react(), tailwindcss()] })
