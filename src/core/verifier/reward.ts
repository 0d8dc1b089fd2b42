import { Reward } from '../../contract/harbor/lax.ts'
import { float, isHarborFloat, toNumber, type HarborNumber } from '../../contract/harbor/number.ts'
import { TrialError } from '../job/exception.ts'
import { parseHarborJson, type HarborJson } from '../job/harbor-json.ts'

export type HarborRewards = Readonly<Record<string, HarborNumber>>

/**
 * The rewards as Harbor reads them: reward.json before reward.txt, where existence decides; each argument is what its file
 * holds, null where it is missing. Throws TrialError under Harbor's names.
 */
export function parseRewards(json: Uint8Array | null, text: Uint8Array | null): HarborRewards {
  if (json !== null) return fromJson(json)
  if (text !== null) return { reward: fromText(text) }
  throw new TrialError(
    'RewardFileNotFoundError',
    'the verifier wrote neither /logs/verifier/reward.json nor /logs/verifier/reward.txt',
  )
}

export function toNumbers(rewards: HarborRewards): Record<string, number> {
  return Object.fromEntries(Object.entries(rewards).map(([key, value]) => [key, toNumber(value)]))
}

function fromText(bytes: Uint8Array): HarborNumber {
  const text = decode('reward.txt', bytes)
  const parsed = Reward.safeParse(text)
  if (!parsed.success || !Number.isFinite(toNumber(parsed.data)))
    throw unparsable('reward.txt', 'a finite number', text)
  return parsed.data
}

function fromJson(bytes: Uint8Array): HarborRewards {
  const text = decode('reward.json', bytes)
  const value = parseJson(text)
  if (isNumber(value) || typeof value === 'boolean') {
    const found = typeof value === 'boolean' ? 'boolean' : 'number'
    throw new TrialError('ValidationError', `reward.json is a bare ${found}: expected an object of numbers`)
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw unparsable('reward.json', 'an object of numbers', text)
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, toReward(key, entry)]))
}

/** Python's reading is strict, and leaves a byte order mark in the text, where no number begins with one. */
function decode(file: string, bytes: Uint8Array): string {
  if (bytes.length === 0) throw new TrialError('RewardFileEmptyError', `${file} is empty`)
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch {
    throw unparsable(file, 'UTF-8', new TextDecoder().decode(bytes))
  }
}

function parseJson(text: string): HarborJson {
  try {
    return parseHarborJson(text)
  } catch {
    throw unparsable('reward.json', 'valid JSON with finite numbers', text)
  }
}

function toReward(key: string, value: unknown): HarborNumber {
  if (typeof value === 'boolean') return float(Number(value))
  if (isNumber(value) && Number.isFinite(toNumber(value))) return value
  throw unparsable('reward.json', `a finite number for "${key}"`, typeof value === 'string' ? value : describe(value))
}

/** A whole number beyond the safe ones is a bigint here, which JSON knows nothing of. */
function describe(value: unknown): string {
  return (
    JSON.stringify(value, (_key, inner: unknown) => (typeof inner === 'bigint' ? String(inner) : inner)) ?? 'nothing'
  )
}

function isNumber(value: unknown): value is HarborNumber {
  return typeof value === 'number' || typeof value === 'bigint' || isHarborFloat(value)
}

function unparsable(file: string, expected: string, found: string): TrialError {
  return new TrialError(
    'VerifierOutputParseError',
    `${file}: expected ${expected}, found ${JSON.stringify(found.slice(0, 200))}`,
  )
}
