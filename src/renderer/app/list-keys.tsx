import { Keys } from '../components/text.tsx'

const KEYS = [
  { title: 'Next, previous', keys: ['arrowdown', 'arrowup'], needs: null },
  { title: 'Open', keys: ['enter'], needs: null },
  { title: 'Choose or leave out', keys: ['space'], needs: 'checkbox' },
  { title: 'Choose as far as here', keys: ['shift+space'], needs: 'checkbox' },
  { title: 'First, last', keys: ['home', 'end'], needs: null },
  { title: 'A page on, a page back', keys: ['pagedown', 'pageup'], needs: null },
] as const

/** What the keys of a list do, where the screen has one: they are the list's own, and no commands. */
export function ListKeys() {
  const list = document.querySelector('main:not([hidden]) [data-table]')
  if (list === null) return null
  const canChoose = list.querySelector('[type=checkbox]') !== null
  return (
    <section className="mb-4 break-inside-avoid">
      <h3 className="mb-1 text-xs text-dim">Lists</h3>
      <ul>
        {KEYS.filter(({ needs }) => needs === null || canChoose).map(({ title, keys }) => (
          <li key={title} className="flex h-7 items-center justify-between gap-3">
            <span className="truncate">{title}</span>
            <span className="inline-flex gap-2">
              {keys.map((key) => (
                <Keys key={key} keys={key} />
              ))}
            </span>
          </li>
        ))}
      </ul>
    </section>
  )
}
