import { expect, test } from 'vitest'
import { useJobs, type RanTrial } from '../support/engine.ts'
import { describeOn } from '../support/machine.ts'

/** A package whose configuration takes for ever the first time, and one that wants to be installed by the verifier. */
const IMAGE = `FROM debian:bookworm-slim
WORKDIR /app
COPY build-packages.sh /tmp/
RUN sh /tmp/build-packages.sh
`
const BUILD = `set -e
build() {
  mkdir -p "/tmp/$1/DEBIAN"
  printf 'Package: %s\\nVersion: 1.0\\nArchitecture: all\\nMaintainer: t <t@localhost>\\nDescription: t\\n' "$1" > "/tmp/$1/DEBIAN/control"
  printf '#!/bin/sh\\n%s\\n' "$2" > "/tmp/$1/DEBIAN/postinst"
  chmod 755 "/tmp/$1/DEBIAN/postinst"
  dpkg-deb --build "/tmp/$1" "/$1.deb"
}
build slow 'if [ ! -e /tried ]; then touch /tried; sleep 600; fi; echo configured > /app/slow'
build tool 'echo 1 > /tool'
`
/** By then dpkg is in the middle of the configuration, also on a busy machine. */
const UNPACKED_SEC = 8
const WITH_TOOL = 'apt-get install -y /tool.deb && cp /tool /logs/verifier/reward.txt'

describeOn('docker', 'a package manager that was cut off with the agent', () => {
  const jobs = useJobs('repair')
  const run = async (name: string, agent: string, agentTimeout = 2): Promise<RanTrial> => {
    const task = await jobs.task({
      name,
      solution: null,
      dockerfile: IMAGE,
      tests: WITH_TOOL,
      agentTimeout,
      files: { 'environment/build-packages.sh': BUILD },
    })
    const job = await jobs.run({ tasks: [task], agents: [{ name: 'command', kwargs: { run: agent } }] })
    return job.of(name)
  }
  const purposes = ({ events }: RanTrial) =>
    events.flatMap((event) => (event.type === 'command.started' ? [event.purpose] : []))

  test('is repaired before the verifier installs its tools', async () => {
    const trial = await run('interrupted', 'dpkg -i /slow.deb', UNPACKED_SEC)
    const { record } = trial
    expect(record.exception).toMatchObject({ type: 'AgentTimeoutError', phase: 'agent-execution' })
    expect(record, trial.output).toMatchObject({ outcome: 'success', reward: 1 })
    expect(purposes(trial)).toContain('finish what dpkg was interrupted in')
    expect(trial.output).toContain('Setting up slow')
  })

  test('is left alone where nothing was interrupted', async () => {
    const trial = await run('sound', 'sleep 600')
    expect(trial.record, trial.output).toMatchObject({ exception: { type: 'AgentTimeoutError' }, reward: 1 })
    expect(purposes(trial)).toEqual([
      'agent',
      'look whether dpkg was interrupted',
      'clear the verifier places',
      'tests',
    ])
  })

  test('is not looked at where nothing was cut off', async () => {
    const trial = await run('ended', 'true')
    expect(trial.record.reward).toBe(1)
    expect(purposes(trial)).toEqual(['agent', 'clear the verifier places', 'tests'])
  })
})
