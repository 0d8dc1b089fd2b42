const FORBIDDEN = /[<>:"/\\|?*]/
const DEVICE = /^(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[1-9¹²³])$/i
const MAX_BYTES = 255

/** Why the name of a task step cannot be one directory name on every system; null when it can. */
export function stepNameProblem(name: string): string | null {
  const stem = (name.split('.')[0] ?? '').replace(/ +$/, '')
  if (name.trim() === '') return 'expected a step name, got an empty one'
  if (name === '.' || name === '..' || /[. ]$/.test(name)) return 'a step name may not end in a dot or a space'
  if (FORBIDDEN.test(name) || Array.from(name).some(isControl))
    return 'a step name may not contain < > : " / \\ | ? * or control characters'
  if (DEVICE.test(stem)) return `"${stem}" is the name of a Windows device`
  return new TextEncoder().encode(name).length > MAX_BYTES ? `a step name has at most ${MAX_BYTES} bytes` : null
}

/** Equal for names that one file system would take for the same: composed and without case. */
export function stepNameKey(name: string): string {
  return Array.from(name.normalize('NFC'), foldCase).join('')
}

function isControl(character: string): boolean {
  return character < ' ' || character === '\u007f'
}

/** By way of upper case, which joins what differs in lower case only, such as ß and ss. The dotless i stays apart. */
function foldCase(character: string): string {
  return character === 'ı' ? character : character.toLowerCase().toUpperCase().toLowerCase()
}
