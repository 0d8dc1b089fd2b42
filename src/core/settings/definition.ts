import type { Setting, SettingValue } from '../../contract/api/settings.ts'

/** What a setting is, whatever it is set to. */
export type SettingDefinition = Omit<Setting, 'value' | 'source'>

type Group = Setting['group']

interface Words {
  readonly label: string
  /** One sentence. */
  readonly help: string
}

interface Bounds extends Words {
  readonly min: number
  readonly max: number
  readonly unit?: string
}

/** Makes the settings of one group. Where `nullLabel` is given, null is a value and the default unless another is given. */
export function settingsOf(group: Group) {
  const define = (
    name: string,
    type: Setting['type'],
    { label, help }: Words,
    rest: Partial<Pick<SettingDefinition, 'choices' | 'min' | 'max' | 'unit' | 'nullLabel'>> & {
      readonly default: SettingValue
    },
  ): SettingDefinition => ({
    key: `${group}.${name}`,
    group,
    label,
    help,
    type,
    choices: [],
    min: null,
    max: null,
    unit: null,
    nullLabel: null,
    variable: variableOf(`${group}.${name}`),
    ...rest,
  })
  const numeric =
    (type: 'integer' | 'number') =>
    (name: string, words: Bounds & { readonly default?: number; readonly nullLabel?: string }): SettingDefinition =>
      define(name, type, words, {
        min: words.min,
        max: words.max,
        unit: words.unit ?? null,
        nullLabel: words.nullLabel ?? null,
        default: words.default ?? null,
      })
  return {
    integer: numeric('integer'),
    number: numeric('number'),
    flag: (name: string, words: Words & { readonly default: boolean }): SettingDefinition =>
      define(name, 'boolean', words, { default: words.default }),
    choice: (
      name: string,
      words: Words & {
        readonly choices: readonly (readonly [value: string, label: string])[]
        readonly default: string
      },
    ): SettingDefinition =>
      define(name, 'choice', words, {
        choices: words.choices.map(([value, label]) => ({ value, label })),
        default: words.default,
      }),
    text: (name: string, words: Words & { readonly nullLabel: string }): SettingDefinition =>
      define(name, 'text', words, { nullLabel: words.nullLabel, default: null }),
    path: (name: string, words: Words & { readonly nullLabel: string }): SettingDefinition =>
      define(name, 'path', words, { nullLabel: words.nullLabel, default: null }),
    list: (name: string, words: Words): SettingDefinition => define(name, 'list', words, { default: [] }),
  }
}

/** `execution.agentTimeoutSec` → `TBCC_EXECUTION_AGENT_TIMEOUT_SEC`. */
function variableOf(key: string): string {
  const snake = key.replaceAll('.', '_').replaceAll(/([a-z0-9])([A-Z])/g, '$1_$2')
  return `TBCC_${snake.toUpperCase()}`
}
