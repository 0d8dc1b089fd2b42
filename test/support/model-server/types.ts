/** The wire formats that the server speaks. */
export type FormatName = 'messages' | 'responses' | 'chat' | 'gemini'

/** What the model does next. Called for every request of an agent itself; background requests get a harmless answer. */
export type Scenario = (turn: Turn) => Reply

export interface Turn {
  /** How many requests of an agent were scripted before this one; a repeated request counts anew. */
  readonly index: number
  readonly request: SeenRequest
}

/** An answer of the model, or an error of the HTTP service; both may come with faults. */
export type Reply = ModelReply | ErrorReply

export interface ModelReply extends Faults {
  readonly text?: string
  readonly reasoning?: string
  readonly calls?: readonly ReplyCall[]
  /** Absent: 100 in, none of them cached, 10 out. `input` includes `cached`. */
  readonly usage?: ReplyUsage
  /** Absent: `calls` where it calls tools, else `end`. */
  readonly stop?: StopReason
}

export interface ErrorReply extends Faults {
  readonly status: 400 | 401 | 403 | 404 | 429 | 500 | 503 | 529
  /** Absent: what the vendor answers with that status. */
  readonly body?: unknown
  /** E.g. `retry-after`. */
  readonly headers?: Readonly<Record<string, string>>
}

/** `shell` runs a command with whatever tool the client offers for that. Arguments that are a text go to a free-form tool. */
export type ReplyCall = { readonly shell: string } | { readonly tool: string; readonly arguments: unknown }

export interface ReplyUsage {
  readonly input: number
  readonly cached?: number
  readonly output: number
}

export type StopReason = 'end' | 'calls' | 'length' | 'refusal'

/** How an answer fails to arrive well. */
export interface Faults {
  /** Before the first byte. */
  readonly delayMs?: number
  /** The body is written in pieces of this many bytes, also within a line or a character. */
  readonly chunkBytes?: number
  /** The connection is destroyed after this many events of the stream; 0: before the first. */
  readonly dropAfterEvents?: number
  /** Nothing comes after this many events, and the connection stays open. */
  readonly stallAfterEvents?: number
  /** The request is taken and never answered. */
  readonly never?: boolean
}

/** A request to a model. */
export interface SeenRequest {
  readonly format: FormatName
  readonly transport: 'http' | 'websocket'
  /** With its query, as it came. */
  readonly path: string
  /** As they came, secrets included; names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  /** As it came; of a WebSocket, the message. */
  readonly body: string
  readonly model: string
  readonly stream: boolean
  /** From the header that its format has for it; null: there is none. */
  readonly key: string | null
  /** Not the agent at work but its program: a title, a topic, a summary, who speaks next. */
  readonly background: boolean
  readonly system: string
  readonly tools: readonly OfferedTool[]
  readonly conversation: readonly Message[]
  /** JSON schema that the answer must have; null: none. */
  readonly schema: unknown
}

export interface OfferedTool {
  readonly name: string
  /** Takes text and not JSON. */
  readonly freeform: boolean
  /** JSON schema of its arguments; null: not said. */
  readonly parameters: unknown
}

/** A message of a conversation, the same for all formats. What has no text, calls or results is empty there. */
export interface Message {
  readonly role: 'system' | 'user' | 'assistant' | 'tool'
  readonly text: string
  readonly calls: readonly SeenCall[]
  readonly results: readonly SeenResult[]
}

export interface SeenCall {
  readonly id: string
  readonly name: string
  readonly arguments: unknown
}

export interface SeenResult {
  /** Of its call. */
  readonly id: string
  readonly text: string
}

/** A request that is not to a model: HEAD /, lists of models, token counts, telemetry. */
export interface OtherRequest {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export interface ModelServerOptions {
  readonly scenario: Scenario
  /** Names that agents may ask for; a request of an agent for another is a violation. Absent: any. */
  readonly models?: readonly string[]
  /**
   * Which requests are answered without asking the scenario. Absent: those that offer no tools. Agents that work without
   * tools (aider) need `() => false`.
   */
  readonly isBackground?: (request: SeenRequest) => boolean
  /** False: a WebSocket is refused, and Codex falls back to HTTP. Default true. */
  readonly websocket?: boolean
}

export interface ModelServer extends AsyncDisposable {
  /** `http://127.0.0.1:<port>`, without a path. */
  readonly url: string
  readonly requests: readonly SeenRequest[]
  readonly others: readonly OtherRequest[]
  /** What clients did against the rules of the formats; empty: nothing. */
  readonly violations: readonly string[]
  /** Where a secret came other than as the key of its request, e.g. `POST /v1/messages: body`. */
  leaksOf(secret: string): readonly string[]
  /** Connections are ended, also those that stall. */
  close(): Promise<void>
}
