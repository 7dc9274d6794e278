import type { ClientMessage, PushResult, ServerMessage } from '../../src/sync/index.ts'
import { decodeClientMessage, decodeServerMessage } from '../../src/sync/index.ts'

/** Every kind of message: a kind that is missing here, or is none, does not compile. */
const senders: Readonly<Record<(ClientMessage | ServerMessage)['type'], 'client' | 'server'>> = {
  hello: 'client',
  auth: 'client',
  subscribe: 'client',
  unsubscribe: 'client',
  ack: 'client',
  push: 'client',
  welcome: 'server',
  pushed: 'server',
  batch: 'server',
  heartbeat: 'server',
  renew: 'server',
  goaway: 'server',
  error: 'server',
}

const outcomes: Readonly<Record<PushResult['outcome'], true>> = { accepted: true, conflict: true, refused: true, held: true }

/** The kinds of messages, and of answers to a pushed commit. */
export const KINDS: readonly string[] = Object.keys(senders)
export const OUTCOMES: readonly string[] = Object.keys(outcomes)

/** Decodes a message as the side that receives it does. */
export function decode(frame: string): ClientMessage | ServerMessage {
  const { type } = JSON.parse(frame) as ClientMessage | ServerMessage
  return senders[type] === 'client' ? decodeClientMessage(frame) : decodeServerMessage(frame)
}
