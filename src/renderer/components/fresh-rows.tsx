import { ArrowUp, RotateCw } from 'lucide-react'
import { Button } from './controls.tsx'

/**
 * Rows that came since the list was loaded wait here, so that none moves under the pointer. `count` below 0: so many
 * are not there any more.
 */
export function FreshRows({ count, onShow }: { readonly count: number; readonly onShow: () => void }) {
  if (count === 0) return null
  return (
    <div role="status" className="flex justify-center pb-1">
      <Button onClick={onShow} className="h-6 rounded-full text-accent tabular">
        {count > 0 ? <ArrowUp size={12} aria-hidden /> : <RotateCw size={12} aria-hidden />}
        {count > 0 ? `${count} new` : `${-count} gone, load again`}
      </Button>
    </div>
  )
}
