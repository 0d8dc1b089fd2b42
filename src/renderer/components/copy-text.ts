import { AppError } from '../../contract/errors.ts'

/**
 * Copies a text, as the answer to a click or a key. A page that came by plain HTTP from another machine has no clipboard
 * of its own; there it is done as a user would do it. Rejects with AppError where the browser refuses.
 */
export async function copyText(text: string): Promise<void> {
  const { clipboard }: Partial<Navigator> = navigator
  try {
    if (clipboard !== undefined) return await clipboard.writeText(text)
  } catch (error) {
    throw refused(error)
  }
  if (!copySelected(text)) throw refused()
}

/** By a selection for a moment. Nothing takes the focus: a dialog would take it back before anything is copied. */
function copySelected(text: string): boolean {
  const place = document.createElement('pre')
  place.textContent = text
  place.style.cssText = 'position:fixed;opacity:0;user-select:text'
  place.ariaHidden = 'true'
  // As it is, without what a selection makes of it.
  const onCopy = (event: ClipboardEvent): void => {
    event.clipboardData?.setData('text/plain', text)
    event.preventDefault()
    event.stopPropagation()
  }
  place.addEventListener('copy', onCopy)
  document.body.append(place)
  const selection = getSelection()
  const before = selection === null || selection.rangeCount === 0 ? null : selection.getRangeAt(0)
  selection?.selectAllChildren(place)
  try {
    // Deprecated, and all there is without `navigator.clipboard`.
    return document.execCommand('copy')
  } finally {
    place.remove()
    selection?.removeAllRanges()
    if (before !== null) selection?.addRange(before)
  }
}

function refused(cause?: unknown): AppError {
  return new AppError('unsupported', 'the browser does not let this page copy', {
    details: { hint: 'allow it in the settings of the site, or open the page by https or from its own machine' },
    cause,
  })
}
