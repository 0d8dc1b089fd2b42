/**
 * Takes everything out of text that a terminal would obey. What a container printed is hostile: it may move the
 * cursor, rename the window, write to the clipboard, or hide what stands before it.
 */
export interface EscapeFilter {
  /** The harmless part of the next piece; a sequence that is cut off is held back until its rest has come. */
  push(text: string): string
}

/** With `colours`, SGR sequences (colours, bold …) stay; everything else but newlines and tabs goes. */
export function createEscapeFilter({ colours }: { readonly colours: boolean }): EscapeFilter {
  let state: State = 'text'
  let parameters = ''
  return {
    push(text) {
      if (state === 'text' && !NEEDS_CARE.test(text)) return text
      let kept = ''
      for (const char of text) {
        const step = NEXT[state](char, parameters)
        state = step.state
        parameters = step.parameters ?? ''
        if (step.sgr !== undefined && colours) kept += `\x1b[${step.sgr}m`
        if (step.keep !== undefined) kept += step.keep
      }
      return kept
    },
  }
}

/** `return`: after a carriage return, which is a new line whether or not one follows. */
type State = 'text' | 'return' | 'escape' | 'intermediate' | 'csi' | 'string' | 'string-escape'

interface Step {
  readonly state: State
  readonly parameters?: string
  readonly keep?: string
  readonly sgr?: string
}

/** Control characters but tab and newline, and the marks that turn text around. */
const NEEDS_CARE = /(?![\t\n])[\p{Cc}\u202a-\u202e\u2066-\u2069]/u

/** Longer parameters are not a colour. */
const MAX_PARAMETERS = 64

const NEXT: Readonly<Record<State, (char: string, parameters: string) => Step>> = {
  text: afterText,
  // \r\n is one line break; a lone \r lets a program write over what it wrote, so that it breaks the line too.
  return: (char) => (char === '\n' ? { state: 'text' } : afterText(char)),
  escape: afterEscape,
  intermediate: (char) => (isBetween(char, ' ', '/') ? { state: 'intermediate' } : { state: 'text' }),
  csi: afterCsi,
  string: insideString,
  'string-escape': (char) => (char === '\\' ? { state: 'text' } : afterEscape(char)),
}

function afterText(char: string): Step {
  if (char === '\r') return { state: 'return', keep: '\n' }
  if (char === '\x1b') return { state: 'escape' }
  if (char === '\x9b') return { state: 'csi', parameters: '' }
  if (STRING_STARTS_C1.has(char)) return { state: 'string' }
  return NEEDS_CARE.test(char) ? { state: 'text' } : { state: 'text', keep: char }
}

/** OSC, DCS, PM, APC, SOS: text for the terminal itself, up to ST or BEL. */
const STRING_STARTS = new Set([']', 'P', '^', '_', 'X'])
const STRING_STARTS_C1 = new Set(['\x9d', '\x90', '\x9e', '\x9f', '\x98'])

function afterEscape(char: string): Step {
  if (char === '[') return { state: 'csi', parameters: '' }
  if (STRING_STARTS.has(char)) return { state: 'string' }
  if (isBetween(char, ' ', '/')) return { state: 'intermediate' }
  // ESC and one more: gone with it. A line break is never part of a sequence.
  return isBetween(char, '0', '~') ? { state: 'text' } : afterText(char)
}

function afterCsi(char: string, parameters: string): Step {
  if (isBetween(char, ' ', '?')) return { state: 'csi', parameters: (parameters + char).slice(0, MAX_PARAMETERS) }
  if (!isBetween(char, '@', '~')) return afterText(char)
  const isColour = char === 'm' && parameters.length < MAX_PARAMETERS && /^[0-9;:]*$/.test(parameters)
  return isColour ? { state: 'text', sgr: parameters } : { state: 'text' }
}

function insideString(char: string): Step {
  if (char === '\x07' || char === '\x9c' || char === '\x18' || char === '\x1a') return { state: 'text' }
  if (char === '\x1b') return { state: 'string-escape' }
  // A string that was never ended must not swallow the rest of a log.
  return char === '\n' ? { state: 'text', keep: char } : { state: 'string' }
}

function isBetween(char: string, first: string, last: string): boolean {
  return char >= first && char <= last
}
