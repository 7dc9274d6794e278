import type { EventStore } from '../src/store.ts'
import type { Hello } from '../src/sync/protocol/messages.ts'
import type { Clock } from './clock.ts'
import type { Log } from './log.ts'
import type { ConnectionInfo, Principal, SyncServerOptions } from './options.ts'
import { isHeadwaterError } from '../src/errors.ts'
import { CLOSE } from '../src/sync/protocol/limits.ts'
import { PROTOCOL } from '../src/sync/protocol/messages.ts'

/** Why a connection ends: what the client is told, and the close code. */
export interface Denial {
  readonly code: string
  readonly message: string
  readonly close: number
}

export const DENIED: Readonly<Record<'unauthenticated' | 'rolledBack' | 'unavailable' | 'otherPrincipal', Denial>> = {
  unauthenticated: { code: 'unauthenticated', message: 'the token is missing, wrong or expired', close: CLOSE.unauthenticated },
  otherPrincipal: { code: 'not-permitted', message: 'this replica belongs to somebody else', close: CLOSE.unauthenticated },
  rolledBack: { code: 'server-rolled-back', message: "the replica's history is not this server's", close: CLOSE.rolledBack },
  unavailable: { code: 'unavailable', message: 'the server cannot do this now', close: CLOSE.unavailable },
}

/** The newest protocol version both sides speak. */
export function chooseProtocol({ min, max }: Hello['protocol']): number | undefined {
  const version = Math.min(max, PROTOCOL.max)
  return version >= Math.max(min, PROTOCOL.min) ? version : undefined
}

/** Asks the app whose token it is; never rejects. */
export async function authenticate(
  token: string | undefined,
  connection: ConnectionInfo,
  {
    options,
    clock,
    log,
  }: { readonly options: Pick<SyncServerOptions, 'authenticate'>; readonly clock: Clock; readonly log: Log },
): Promise<{ readonly principal: Principal | undefined } | Denial> {
  if (options.authenticate === undefined) return { principal: undefined }
  try {
    const principal = await options.authenticate(token, connection)
    const end = principal?.expiresAt?.getTime() ?? Infinity
    if (principal === undefined || end <= clock.now()) return DENIED.unauthenticated
    const named = typeof principal.id === 'string' && principal.id !== '' && principal.id.length <= 256
    // An end that is no time would never come.
    if (named && !Number.isNaN(end)) return { principal }
    const lacking = named ? 'whose end is no time' : 'without an id of 1 to 256 characters'
    log({ level: 'error', event: 'hook-failed', reason: `authenticate gave a principal ${lacking}` })
  } catch (error) {
    if (isHeadwaterError(error, 'unauthenticated')) return DENIED.unauthenticated
    log({ level: 'error', event: 'hook-failed', reason: 'authenticate', error })
  }
  return DENIED.unavailable
}

/** Whether the replica was filled from this store's history, and from nothing it has lost since. */
export async function sharesHistory(hello: Hello, store: EventStore, logId: string): Promise<boolean> {
  if (hello.logId !== undefined && hello.logId !== logId) return false
  if (hello.tip === undefined) return true
  const { position, id } = hello.tip
  for await (const event of store.readAll({ after: position - 1, upTo: position, limit: 1 })) return event.id === id
  return false
}

const MAX_OWNERS = 100_000

/** Which principal each replica belongs to: the one that first used it. */
export class ReplicaOwners {
  readonly #owners = new Map<string, string>()

  claim(replicaId: string, { id }: Principal): boolean {
    const owner = this.#owners.get(replicaId)
    if (owner !== undefined) return owner === id
    // The oldest go first: bounded matters more than remembering all.
    for (const [oldest] of this.#owners) {
      if (this.#owners.size < MAX_OWNERS) break
      this.#owners.delete(oldest)
    }
    this.#owners.set(replicaId, id)
    return true
  }
}
