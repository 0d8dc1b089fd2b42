import { useAddress } from '../../app/router.ts'
import { AskSecretsHost } from '../../components/ask-secrets.tsx'
import { TrialScreen } from '../../trial/trial-screen.tsx'
import { JobScreen } from './job/job-screen.tsx'
import { JobsScreen } from './jobs/jobs-screen.tsx'
import { AllTrials } from './trials/all-trials.tsx'

/** Jobs, their trials, and one trial, by address. */
export function Runs() {
  return (
    <>
      <Screen />
      <AskSecretsHost />
    </>
  )
}

function Screen() {
  const { parts, query } = useAddress('runs')
  const [jobName, trialName] = parts
  if (jobName === undefined) return query['view'] === 'trials' ? <AllTrials /> : <JobsScreen />
  if (trialName === undefined) return <JobScreen key={jobName} jobName={jobName} />
  return <TrialScreen jobName={jobName} trialName={trialName} />
}
