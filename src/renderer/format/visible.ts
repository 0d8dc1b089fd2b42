/**
 * A name out of a task or a container with everything shown that would not be seen, or would change how the rest is
 * read: control characters, marks of writing direction, invisible spaces.
 */
export function toVisible(name: string): string {
  return name.replace(UNSEEN, (char) => NAMED[char] ?? `\\u{${(char.codePointAt(0) ?? 0).toString(16)}}`)
}

const UNSEEN =
  /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]/g
const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t', '\u001b': '\\e' }
