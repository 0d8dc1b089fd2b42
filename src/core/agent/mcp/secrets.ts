import type { AgentMcpServer } from '../../../contract/harbor/mcp-server.ts'
import { isSensitiveKey, MIN_SECRET_LENGTH, REDACTED_SETTING, type HostEnv } from '../../job/secrets.ts'
import { templatesIn } from '../../task/templates.ts'
import { mapServerTexts, textsOfServer, type ServerText } from './texts.ts'

/**
 * A server as it may be written to a file: what its place says is a secret becomes `****`, of a variable that the host has
 * under the same name `${NAME}`. Templates hold no value and stay. `replacement` gives something else for the stars.
 */
export function hideServerSecrets(
  server: AgentMcpServer,
  host: HostEnv,
  replacement: (place: string) => string = () => REDACTED_SETTING,
): AgentMcpServer {
  return mapServerTexts(server, (at) => {
    const reference = at.label !== null && host[at.label] === at.text ? `\${${at.label}}` : null
    if (reference !== null && isVariable(at) && isSecretLabel(at)) return reference
    return replaceSecrets(at, () => replacement(at.place))
  })
}

/** Whether it is one that a template can name. */
function isVariable({ place }: ServerText): boolean {
  return /^env\.[A-Za-z_]\w*$/.test(place)
}

/** Whether a text holds a secret, or names a variable in place of something. */
export function isGuarded(text: ServerText): boolean {
  return templatesIn(text.text).length > 0 || secretsIn(text).length > 0
}

/**
 * What must not show up anywhere of a server with its templates filled in: values that its places say are secrets, and
 * those of host variables whose names say so (`definition`: with the templates).
 */
export function serverSecrets(server: AgentMcpServer, definition: AgentMcpServer, host: HostEnv): readonly string[] {
  const named = textsOfServer(definition)
    .flatMap(({ text }) => templatesIn(text))
    .flatMap(({ name }) => (isSensitiveKey(name) ? [host[name] ?? ''] : []))
  const values = [...textsOfServer(server).flatMap(secretsIn), ...named]
  return [...new Set(values)].filter((value) => value.length >= MIN_SECRET_LENGTH)
}

function secretsIn(text: ServerText): readonly string[] {
  const found: string[] = []
  replaceSecrets(text, (secret) => {
    found.push(secret)
    return secret
  })
  return found
}

type Replace = (secret: string) => string

function replaceSecrets(at: ServerText, replace: Replace): string {
  return isSecretLabel(at) ? replaceValue(at.text, replace) : replaceInText(at.text, replace)
}

/** Variables go by Harbor's rule, which knows no cookies; of flags only those whose last word says it: `--auth-mode` is none. */
function isSecretLabel({ label, place }: ServerText): boolean {
  if (label === null) return false
  return place.startsWith('args.') ? isSecretWord(label) : isSensitiveKey(label) || /cookie/i.test(label)
}

function isSecretWord(name: string): boolean {
  return /(?:key|secret|token|password|passwd|credentials?|auth|authorization|cookie)$/i.test(name)
}

/** A value that is a secret as a whole, but for how it is to be used; one that names variables only is none. */
function replaceValue(text: string, replace: Replace): string {
  const [, scheme = '', value = ''] = /^((?:Bearer|Basic|Token|ApiKey)\s+)?(.*)$/is.exec(text) ?? []
  const literal = templatesIn(value).length === 0 ? value : value.replaceAll(/\$\{[^}]*\}/g, '')
  return literal.trim() === '' ? text : scheme + replace(value)
}

/** `--token=…`, `TOKEN=…`, `Authorization: …`, and what addresses hold. */
function replaceInText(text: string, replace: Replace): string {
  const [, name, between = '', value = ''] = /^(-{0,2}[A-Za-z][\w.-]*)(=|:\s+)(.+)$/s.exec(text) ?? []
  if (name === undefined) return replaceInAddress(text, replace)
  return name + between + (isSecretWord(name) ? replaceValue(value, replace) : replaceInText(value, replace))
}

/** The password of an address, and what its parameters are called. A user alone is one of the web's only. */
function replaceInAddress(text: string, replace: Replace): string {
  return text
    .replaceAll(
      /\b([a-z][a-z\d+.-]*:\/\/)([^\s/?#@:]*)(:?)([^\s/?#@]*)@/gi,
      (_, scheme: string, user: string, colon: string, password: string) => {
        if (colon !== '') return `${scheme}${user}:${replaceValue(password, replace)}@`
        return `${scheme}${/^https?:/i.test(scheme) ? replaceValue(user, replace) : user}@`
      },
    )
    .replaceAll(
      /([?&])([\w.-]+)=([^\s&#]*)/g,
      (_, sign: string, name: string, value: string) =>
        `${sign}${name}=${isSecretWord(name) ? replaceValue(value, replace) : value}`,
    )
}
