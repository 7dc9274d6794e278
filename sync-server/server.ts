import type { Limits } from '../src/sync/protocol/messages.ts'
import type { Principal, SyncServerOptions } from './options.ts'
import type { Hub } from './hub.ts'
import type { SyncServerStats } from './stats.ts'
import type { Session, Wire } from './wire.ts'
import { HeadwaterError } from '../src/errors.ts'
import { encodeMessage } from '../src/sync/protocol/decode.ts'
import { CLOSE, DEFAULT_LIMITS } from '../src/sync/protocol/limits.ts'
import { systemClock } from './clock.ts'
import { ReplicaOwners } from './handshake.ts'
import { safeLog } from './log.ts'
import { ServerSession } from './session.ts'
import { Tail } from './tail.ts'

const RETRY_AFTER_MS = 1000

/** The authority's side of sync, over whatever carries text: `listen` puts it behind WebSockets. */
export interface SyncServer {
  readonly limits: Limits
  /** A connection came; the shell reports what happens to it to what this returns. */
  connect(wire: Wire, peer?: { readonly address?: string }): Session
  /** What a principal may do has changed; without an id, anybody's. Asks `authorize` again from here on. */
  rightsChanged(principalId?: string): void
  /** Ends every session of a principal at once. */
  revoke(principalId: string): void
  stats(): SyncServerStats
  /** Whether the store can be read, and took the last append; with the position of its last event when it can. */
  health(): Promise<Health>
  /** Takes no more connections and pushes, answers what it has, and closes; by force after the timeout (10 s). */
  drain(options?: { readonly timeoutMs?: number }): Promise<void>
  /** Ends all sessions at once; twice is fine. The store stays open. */
  close(): void
}

/** Whether clients can be served. */
export type Health = { readonly status: 'ok'; readonly head: number } | { readonly status: 'draining' | 'unavailable' }

/**
 * Makes a sync server. Touches nothing outside: the store is read when the first client says hello.
 *
 * @example
 * const server = createSyncServer({ store: memoryStore() })
 * const listening = await listen({ server, port: 8787 })
 */
export function createSyncServer<P extends Principal = Principal>(options: SyncServerOptions<P>): SyncServer {
  return new HubServer(options)
}

class HubServer implements SyncServer {
  readonly limits: Limits
  readonly #hub: Hub
  readonly #sessions = new Set<ServerSession>()
  #draining = false
  #cancelTick: (() => void) | undefined

  constructor(options: SyncServerOptions) {
    const { heartbeatMs = 15_000, clock = systemClock } = options
    if (!Number.isSafeInteger(heartbeatMs) || heartbeatMs < 1 || heartbeatMs > 3_600_000) {
      throw new HeadwaterError('bad-configuration', `heartbeatMs: expected 1 to 3,600,000 milliseconds, found ${heartbeatMs}`)
    }
    this.limits = checkLimits(options.limits ?? {})
    const log = safeLog(options.log)
    const tail = new Tail(options.store, (error) => {
      log({ level: 'error', event: 'store-failed', reason: 'the log cannot be followed', error })
      for (const session of [...this.#sessions]) session.fail(error)
    })
    tail.published.add(() => {
      for (const session of this.#sessions) session.wake()
    })
    this.#hub = {
      options,
      limits: this.limits,
      heartbeatMs,
      clock,
      log,
      tail,
      owners: new ReplicaOwners(),
      counters: { accepted: 0, conflict: 0, refused: 0, held: 0 },
      appendFailed: false,
    }
  }

  connect(wire: Wire, peer: { readonly address?: string } = {}): Session {
    if (this.#draining) {
      wire.send(encodeMessage({ type: 'goaway', reason: 'the server is shutting down', retryAfterMs: RETRY_AFTER_MS }))
      wire.close(CLOSE.goingAway, 'going away')
      return { receive: () => {}, writable: () => {}, closed: () => {} }
    }
    const session = new ServerSession(wire, peer.address, this.#hub, (ended) => this.#sessions.delete(ended))
    this.#sessions.add(session)
    if (this.#cancelTick === undefined) this.#tickLater()
    return session
  }

  rightsChanged(principalId?: string): void {
    for (const session of this.#sessions) {
      if (principalId === undefined || session.principalId === principalId) session.forgetRights()
    }
  }

  revoke(principalId: string): void {
    for (const session of [...this.#sessions]) if (session.principalId === principalId) session.revoke()
  }

  stats(): SyncServerStats {
    const sessions = [...this.#sessions]
    return {
      connections: sessions.length,
      sessions: sessions.filter(({ live }) => live).length,
      subscriptions: sessions.reduce((sum, { subscriptions }) => sum + subscriptions, 0),
      pushesInFlight: sessions.reduce((sum, { pushesInFlight }) => sum + pushesInFlight, 0),
      head: this.#hub.tail.head,
      verdicts: { ...this.#hub.counters },
    }
  }

  async health(): Promise<Health> {
    if (this.#draining) return { status: 'draining' }
    if (this.#hub.appendFailed) return { status: 'unavailable' }
    try {
      return { status: 'ok', head: await this.#hub.options.store.head() }
    } catch {
      return { status: 'unavailable' }
    }
  }

  async drain({ timeoutMs = 10_000 }: { readonly timeoutMs?: number } = {}): Promise<void> {
    this.#draining = true
    const leaving = Promise.all(
      [...this.#sessions].map((session) => session.leave('the server is shutting down', RETRY_AFTER_MS)),
    )
    let cancel: (() => void) | undefined
    const timeout = new Promise<void>((resolve) => {
      cancel = this.#hub.clock.setTimer(resolve, timeoutMs)
    })
    await Promise.race([leaving, timeout])
    cancel?.()
    this.close()
  }

  close(): void {
    this.#draining = true
    for (const session of [...this.#sessions]) session.close()
    this.#hub.tail.stop()
    this.#cancelTick?.()
    this.#cancelTick = undefined
  }

  /** One timer for all heartbeats, while there is anybody to hear them. */
  #tickLater(): void {
    this.#cancelTick = this.#hub.clock.setTimer(() => {
      this.#cancelTick = undefined
      if (this.#sessions.size === 0) return
      for (const session of [...this.#sessions]) session.heartbeat()
      void this.#hub.tail.check()
      this.#tickLater()
    }, this.#hub.heartbeatMs)
  }
}

function checkLimits(given: Partial<Limits>): Limits {
  for (const [name, value] of Object.entries(given)) {
    const max = (DEFAULT_LIMITS as unknown as Readonly<Record<string, number>>)[name]
    if (max === undefined) throw new HeadwaterError('bad-configuration', `limits: there is no limit "${name}"`)
    if (!Number.isSafeInteger(value) || value < 1 || value > max) {
      throw new HeadwaterError('bad-configuration', `limits.${name}: expected 1 to ${max}, found ${value}`)
    }
  }
  return { ...DEFAULT_LIMITS, ...given }
}
