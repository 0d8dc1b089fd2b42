import { expect, test } from 'vitest'
import { Trajectory } from '../../src/contract/harbor/trajectory.ts'
import { describeOn } from '../support/machine.ts'
import { script, useModelServers } from '../support/model-server/index.ts'
import { solutionOf, useRealCli } from './real-cli.ts'
import { realCliSuite } from './real-suite.ts'

realCliSuite('opencode', { model: 'gpt-5', outputTokens: 24 })

describeOn(['docker', 'packages'], 'the real opencode with a subagent', () => {
  const serve = useModelServers()
  const cli = useRealCli('opencode')

  test('tells what it did in the trajectory', async () => {
    const sample = 'compact-allowlist'
    const ask = { description: 'Do it', prompt: 'Do the task.', subagent_type: 'general' }
    const scenario = script([
      { text: 'Another does it.', calls: [{ tool: 'task', arguments: ask }] },
      { text: 'I do it.', calls: [{ shell: await solutionOf(sample, 'solution') }] },
      { text: 'It is done.' },
      { text: 'Done.' },
    ])
    const trial = await cli.run({ server: await serve({ scenario }), sample })
    expect(trial.record, trial.record.exception?.message).toMatchObject({ outcome: 'success', steps: 2 })
    const trajectory = Trajectory.parse(JSON.parse(await trial.read('agent/trajectory.json')))
    expect(trajectory.subagent_trajectories).toMatchObject([
      {
        agent: { model_name: 'openai/gpt-5', extra: { agent: 'general' } },
        steps: [
          { source: 'user', message: 'Do the task.' },
          { source: 'agent', message: 'I do it.', tool_calls: [{ function_name: 'bash' }] },
          { source: 'agent', message: 'It is done.' },
        ],
      },
    ])
    const result = trajectory.steps[1]?.observation?.results[0]
    const id = trajectory.subagent_trajectories?.[0]?.trajectory_id
    expect(result?.subagent_trajectory_ref).toEqual([{ trajectory_id: id, session_id: id }])
  })
})
