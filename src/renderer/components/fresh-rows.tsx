import { ArrowUp, RotateCw } from 'lucide-react'
import { Button } from './controls.tsx'

/**
 * Rows that came since the list was loaded wait here, so that none moves under the pointer; it lies over the head of the list. `count` below 0: so many
 * are not there any more.
 */
export function FreshRows({ count, onShow }: { readonly count: number; readonly onShow: () => void }) {
  if (count === 0) return null
  return (
    <div role="status" className="relative z-20 h-0">
      <Button
        onClick={onShow}
        className="absolute top-1 left-1/2 h-6 -translate-x-1/2 rounded-full text-accent shadow-float tabular"
      >
        {count > 0 ? <ArrowUp size={12} aria-hidden /> : <RotateCw size={12} aria-hidden />}
        {count > 0 ? `${count} new` : `${-count} gone, load again`}
      </Button>
    </div>
  )
}
