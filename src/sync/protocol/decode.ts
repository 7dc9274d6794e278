import type {
  Ack,
  Auth,
  ClientMessage,
  EventBatch,
  Failure,
  Goaway,
  Heartbeat,
  Hello,
  Limits,
  Push,
  Pushed,
  PushResult,
  Renew,
  ServerMessage,
  Subscribe,
  Unsubscribe,
  Welcome,
  WireCommit,
} from './messages.ts'
import type { RecordedEvent, StreamEvent } from '../../event.ts'
import type { Shape } from './shape.ts'
import { HeadwaterError } from '../../errors.ts'
import { checkJson, MAX_DEPTH } from '../../json.ts'
import { MAX_LIMITS } from './limits.ts'
import { integer, json, jsonObject, list, literal, object, oneOf, optional, stream, text, typeName, uuid } from './shape.ts'

const position = integer(0)
const version = integer(0)
const number = integer(0)
const envelope = { id: uuid, stream, version, type: typeName, data: json, metadata: jsonObject }
const streamEvent = object<StreamEvent>(envelope)
const recordedEvent = object<RecordedEvent>({ ...envelope, position })
const placed = object<{ id: string; position: number }>({ id: uuid, position })
const commit = object<WireCommit>({ id: uuid, events: list(streamEvent, MAX_LIMITS.eventsPerCommit) })

const clientMessage: Shape<ClientMessage> = oneOf<ClientMessage>('type', {
  hello: object<Hello>({
    type: literal('hello'),
    protocol: object<{ min: number; max: number }>({ min: number, max: number }),
    replicaId: uuid,
    token: optional(text(8192)),
    logId: optional(uuid),
    tip: optional(object<{ position: number; id: string }>({ position, id: uuid })),
  }),
  auth: object<Auth>({ type: literal('auth'), token: text(8192) }),
  subscribe: object<Subscribe>({ type: literal('subscribe'), id: number, prefix: text(256), after: position }),
  unsubscribe: object<Unsubscribe>({ type: literal('unsubscribe'), id: number }),
  ack: object<Ack>({ type: literal('ack'), id: number, upTo: position }),
  push: object<Push>({ type: literal('push'), id: number, commits: list(commit, MAX_LIMITS.commitsPerPush) }),
})

const pushResult: Shape<PushResult> = oneOf<PushResult>('outcome', {
  accepted: object<Extract<PushResult, { outcome: 'accepted' }>>({
    commit: uuid,
    outcome: literal('accepted'),
    events: list(placed, MAX_LIMITS.eventsPerCommit),
    actor: optional(text(256)),
  }),
  conflict: object<Extract<PushResult, { outcome: 'conflict' }>>({
    commit: uuid,
    outcome: literal('conflict'),
    streams: list(
      object<{ stream: string; expected: number; actual: number }>({ stream, expected: integer(-1), actual: integer(-1) }),
      MAX_LIMITS.eventsPerCommit,
    ),
    events: list(recordedEvent, MAX_LIMITS.eventsPerMessage),
  }),
  refused: object<Extract<PushResult, { outcome: 'refused' }>>({
    commit: uuid,
    outcome: literal('refused'),
    code: text(100),
    message: text(2000),
  }),
  held: object<Extract<PushResult, { outcome: 'held' }>>({ commit: uuid, outcome: literal('held'), by: uuid }),
})

const serverMessage: Shape<ServerMessage> = oneOf<ServerMessage>('type', {
  welcome: object<Welcome>({
    type: literal('welcome'),
    protocol: number,
    logId: uuid,
    head: position,
    heartbeatMs: integer(1, 3_600_000),
    limits: object<Limits>({
      messageLength: integer(1),
      commitsPerPush: integer(1),
      eventsPerCommit: integer(1),
      subscriptions: integer(1),
      pushesInFlight: integer(1),
    }),
  }),
  pushed: object<Pushed>({ type: literal('pushed'), id: number, results: list(pushResult, MAX_LIMITS.commitsPerPush) }),
  batch: object<EventBatch>({
    type: literal('batch'),
    id: number,
    after: position,
    upTo: position,
    head: position,
    events: list(recordedEvent, MAX_LIMITS.eventsPerMessage),
  }),
  heartbeat: object<Heartbeat>({ type: literal('heartbeat'), head: position }),
  renew: object<Renew>({ type: literal('renew') }),
  goaway: object<Goaway>({ type: literal('goaway'), reason: text(200), retryAfterMs: integer(0, 3_600_000) }),
  error: object<Failure>({ type: literal('error'), code: text(100), message: text(2000) }),
})

/** A client's message from its text; throws `protocol`. A decoded message is well-formed, not yet to be trusted. */
export function decodeClientMessage(frame: string): ClientMessage {
  return clientMessage(parse(frame), 'message')
}

/** A server's message from its text; throws `protocol`. */
export function decodeServerMessage(frame: string): ServerMessage {
  return serverMessage(parse(frame), 'message')
}

/** The text of a message. */
export function encodeMessage(message: ClientMessage | ServerMessage): string {
  return JSON.stringify(message)
}

function parse(frame: string): unknown {
  checkNesting(frame)
  let value: unknown
  try {
    value = JSON.parse(frame)
  } catch (cause) {
    throw new HeadwaterError('protocol', `message: expected JSON, found ${frame.length} characters that are not`, { cause })
  }
  try {
    checkJson(value, 'message', MAX_NESTING)
  } catch (cause) {
    throw new HeadwaterError('protocol', (cause as Error).message, { cause })
  }
  return value
}

// Data of the deepest kind allowed sits a few levels inside its message.
const MAX_NESTING = MAX_DEPTH + 8

/** Counts brackets before parsing: JSON.parse accepts nesting that later kills structuredClone and stringify. */
function checkNesting(frame: string): void {
  let depth = 0
  let quoted = false
  for (let i = 0; i < frame.length; i++) {
    const char = frame.charCodeAt(i)
    if (quoted) {
      if (char === 92) i++
      else if (char === 34) quoted = false
    } else if (char === 34) quoted = true
    else if (char === 123 || char === 91) {
      if (++depth > MAX_NESTING)
        throw new HeadwaterError('protocol', `message: expected at most ${MAX_NESTING} levels of nesting, found more`)
    } else if (char === 125 || char === 93) depth--
  }
}
