// @vitest-environment jsdom
import { cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, expect, it } from 'vitest'
import type { Step } from '../../../contract/api/trials.ts'
import { TooltipProvider } from '../../components/tooltip.tsx'
import { outlineOf } from './step-outline.testing.ts'
import { StepView } from './step-view.tsx'

afterEach(cleanup)

it('folds what a step printed, also when the one before it was unfolded', () => {
  const { rerender } = render(view(toStep(0)))
  expect(foldedTexts()).toHaveLength(3)
  for (const button of foldedTexts()) fireEvent.click(button)
  expect(foldedTexts()).toHaveLength(0)
  rerender(view(toStep(0)))
  expect(foldedTexts()).toHaveLength(0)
  rerender(view(toStep(1)))
  expect(foldedTexts()).toHaveLength(3)
})

function view(step: Step, isRunning = false) {
  return (
    <TooltipProvider>
      <StepView of={{ ref: { jobName: 'job', trialName: 'trial' }, startedAt: null, isRunning }} step={step} />
    </TooltipProvider>
  )
}

it('says that a call has no answer yet only as long as one may come', () => {
  const step = toStep(0)
  const open = { ...step, toolCalls: step.toolCalls.map((call) => ({ ...call, observation: null })) }
  const { rerender } = render(view(open, true))
  expect(screen.getByText('no answer yet')).toBeTruthy()
  rerender(view(open))
  expect(screen.getByText('no answer recorded')).toBeTruthy()
})

function foldedTexts(): readonly HTMLElement[] {
  return screen.queryAllByRole('button', { name: /^Show \d+ more lines$/ })
}

/** A message, the answer of a call and an observation, each of a hundred lines. */
function toStep(index: number): Step {
  const long = { text: `step ${index}\n`.repeat(100), truncated: false }
  return {
    ...outlineOf({ index, kind: 'command' }),
    source: 'agent',
    model: null,
    message: long,
    reasoning: null,
    toolCalls: [
      {
        callId: 'call',
        name: 'shell',
        arguments: { text: '{}', truncated: false },
        observation: long,
        isError: false,
        durationMs: null,
      },
    ],
    observations: [long],
    usage: null,
  }
}
