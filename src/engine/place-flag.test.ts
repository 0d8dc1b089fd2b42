import { expect, test } from 'vitest'
import { placeFlag } from './place-flag.ts'

test('a jobs folder is named where it is not the one that commands look in by themselves', () => {
  const flags = ['/w/jobs', '/w/out', '/w', '/elsewhere/jobs', "/w/it's my jobs", '/w/$(date)'].map((folder) =>
    placeFlag(folder, '/w'),
  )
  expect(flags).toEqual([
    '',
    ' -o out',
    ' -o /w',
    ' -o /elsewhere/jobs',
    String.raw` -o 'it'\''s my jobs'`,
    " -o '$(date)'",
  ])
})
