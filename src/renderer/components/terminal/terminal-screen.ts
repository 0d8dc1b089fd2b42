import { FitAddon } from '@xterm/addon-fit'
import { SearchAddon } from '@xterm/addon-search'
import { WebglAddon } from '@xterm/addon-webgl'
import { Terminal, type ITheme } from '@xterm/xterm'
import '@xterm/xterm/css/xterm.css'
import { resetInTurn } from './reset-in-turn.ts'

/*
 * The one place that interprets escapes of what containers print. Loaded lazily: `open-terminal.ts`.
 */

export interface TerminalScreen {
  readonly element: HTMLElement
  columns(): number
  rows(): number
  /** Resolves when it has been drawn into the buffer: awaiting it holds the writer back. */
  write(text: string): Promise<void>
  /** Empties it, state of escapes included, once all that was written before has been drawn. */
  reset(): void
  /** Takes the size of its place; false: that is not visible now. */
  fit(): boolean
  resize(columns: number, rows: number): void
  focus(): void
  selection(): string
  find(text: string, direction: 'next' | 'previous'): boolean
  isAtEnd(): boolean
  scrollToEnd(): void
  /** Keys and pastes, as the program in the terminal should get them. */
  onInput(listener: (data: string) => void): void
  /** The view was moved, by the user or by output. */
  onScroll(listener: () => void): void
  dispose(): void
}

export interface TerminalOptions {
  /** No cursor, no input. */
  readonly readOnly: boolean
  /** Lines that are kept above the view. */
  readonly scrollback: number
  readonly label: string
}

export function createTerminalScreen(element: HTMLElement, options: TerminalOptions): TerminalScreen {
  const terminal = new Terminal({
    allowProposedApi: true,
    disableStdin: options.readOnly,
    cursorInactiveStyle: options.readOnly ? 'none' : 'outline',
    convertEol: options.readOnly,
    scrollback: options.scrollback,
    fontFamily: getComputedStyle(document.documentElement).getPropertyValue('--font-mono'),
    fontSize: 12,
    lineHeight: 1.2,
    theme: THEME,
    // A link that a container prints leads nowhere.
    linkHandler: { activate: () => {} },
    screenReaderMode: false,
  })
  const fit = new FitAddon()
  const search = new SearchAddon()
  terminal.loadAddon(fit)
  terminal.loadAddon(search)
  element.dataset['terminal'] = ''
  terminal.open(element)
  terminal.textarea?.setAttribute('aria-label', options.label)
  if (options.readOnly) terminal.textarea?.setAttribute('tabindex', '-1')
  drawByGpu(terminal)

  return {
    element,
    columns: () => terminal.cols,
    rows: () => terminal.rows,
    write: async (text) => new Promise((resolve) => terminal.write(text, resolve)),
    reset: () => resetInTurn(terminal),
    fit() {
      if (element.clientWidth === 0 || element.clientHeight === 0) return false
      fit.fit()
      return true
    },
    resize: (columns, rows) => terminal.resize(columns, rows),
    focus: () => terminal.focus(),
    selection: () => terminal.getSelection(),
    find: (text, direction) => (direction === 'next' ? search.findNext(text) : search.findPrevious(text)),
    isAtEnd: () => terminal.buffer.active.viewportY >= terminal.buffer.active.baseY,
    scrollToEnd: () => terminal.scrollToBottom(),
    onInput: (listener) => void terminal.onData(listener),
    onScroll: (listener) => void terminal.onScroll(listener),
    dispose: () => terminal.dispose(),
  }
}

/** Where the graphics card does not help, or is lost, xterm draws by itself: faster than WebGL done by the processor. */
function drawByGpu(terminal: Terminal): void {
  if (!hasGpu()) return
  try {
    const webgl = new WebglAddon()
    webgl.onContextLoss(() => webgl.dispose())
    terminal.loadAddon(webgl)
  } catch {
    // No WebGL here.
  }
}

/** Whether WebGL is drawn by a graphics card, and not by the processor that runs the page. */
function hasGpu(): boolean {
  const gl = document.createElement('canvas').getContext('webgl2')
  const info = gl?.getExtension('WEBGL_debug_renderer_info') ?? null
  const renderer: unknown = gl === null || info === null ? null : gl.getParameter(info.UNMASKED_RENDERER_WEBGL)
  gl?.getExtension('WEBGL_lose_context')?.loseContext()
  return gl !== null && !/swiftshader|llvmpipe|software/i.test(String(renderer))
}

/** Dark in both themes: programs choose their colours for a dark ground. */
const THEME: ITheme = {
  background: '#1a1a1c',
  foreground: '#e6e6e6',
  cursor: '#e6e6e6',
  selectionBackground: '#3c4c6e',
  black: '#5c5c63',
  red: '#ff8078',
  green: '#4cc38a',
  yellow: '#e2b33f',
  blue: '#86aaff',
  magenta: '#dc95f5',
  cyan: '#5cc8dc',
  white: '#d6d6d6',
  brightBlack: '#8a8a90',
  brightRed: '#ff9d96',
  brightGreen: '#76dba9',
  brightYellow: '#f0cb6b',
  brightBlue: '#a8c2ff',
  brightMagenta: '#e9b6fa',
  brightCyan: '#8adbea',
  brightWhite: '#ffffff',
}
