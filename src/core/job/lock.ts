import type { JobLock, TrialLock } from '../../contract/harbor/lock.ts'
import type { RetryConfig } from '../../contract/harbor/job-config.ts'
import type { TrialPlan } from './plan.ts'

/** The format that our files follow. */
const HARBOR_VERSION = '0.24.0'

/** What exactly a trial runs: two trials with equal locks measured the same thing. */
export function toTrialLock(plan: TrialPlan): TrialLock {
  const { config } = plan
  return {
    schema_version: 2,
    task: { ...plan.taskIdentity, digest: plan.taskDigest },
    install_only: config.install_only,
    timeout_multiplier: config.timeout_multiplier,
    agent_timeout_multiplier: config.agent_timeout_multiplier,
    verifier_timeout_multiplier: config.verifier_timeout_multiplier,
    agent_setup_timeout_multiplier: config.agent_setup_timeout_multiplier,
    environment_build_timeout_multiplier: config.environment_build_timeout_multiplier,
    extra_instructions: plan.extraInstructionLocks.length === 0 ? null : [...plan.extraInstructionLocks],
    agent: config.agent,
    user_agent: null,
    user_persona: null,
    user_prompt_template: null,
    bridge_prompt: null,
    bridge_inputs: {},
    skills: [...plan.skillLocks],
    environment: config.environment,
    extra_docker_compose: null,
    verifier: { ...config.verifier, environment_mode: 'shared' },
    source_trial: null,
  }
}

/** The lock of a job; `trials` in the order in which they are admitted. */
export function toJobLock(
  trials: readonly TrialPlan[],
  job: { readonly createdAt: string; readonly concurrency: number; readonly retry: RetryConfig },
): JobLock {
  return {
    schema_version: 3,
    created_at: job.createdAt,
    harbor: { version: HARBOR_VERSION, git_commit_hash: null, is_editable: false },
    n_concurrent_trials: job.concurrency,
    retry: job.retry,
    trials: trials.map(toTrialLock),
  }
}
