import type { RecordedEvent } from '../src/event.ts'
import type { Batch } from '../src/store.ts'
import type { Hello, Push } from '../src/sync/protocol/messages.ts'
import type { Hub } from './hub.ts'
import type { Bench } from './judge.ts'
import type { ConnectionInfo, Principal } from './options.ts'
import type { Session, Wire } from './wire.ts'
import { HeadwaterError, isHeadwaterError } from '../src/errors.ts'
import { decodeClientMessage } from '../src/sync/protocol/decode.ts'
import { CLOSE } from '../src/sync/protocol/limits.ts'
import { checkBound, Connection, violation } from './connection.ts'
import { Expiry } from './expiry.ts'
import { authenticate, chooseProtocol, DENIED, sharesHistory } from './handshake.ts'
import { Pusher } from './push.ts'
import { Rights } from './rights.ts'
import { Subscriptions } from './subscriptions.ts'

const HELLO_DEADLINE_MS = 10_000
const HELLO_LENGTH = 16_384

/** One connection: waits for a hello, checks it, then feeds and judges until either side ends it. */
export class ServerSession implements Session {
  readonly #hub: Hub
  readonly #address: string | undefined
  readonly #connection: Connection
  readonly #rights: Rights
  readonly #subscriptions: Subscriptions
  readonly #expiry: Expiry
  readonly #pusher: Pusher
  readonly #pushes = new Set<Promise<void>>()
  readonly #cancelDeadline: () => void
  #state: 'silent' | 'greeting' | 'live' | 'leaving' | 'closed' = 'silent'
  #principal: Principal | undefined
  #replicaId = ''
  #renewing = false

  /** @param ended called once, when the session is over */
  constructor(wire: Wire, address: string | undefined, hub: Hub, ended: (session: ServerSession) => void) {
    const { options, clock, log } = hub
    this.#hub = hub
    this.#address = address
    this.#connection = new Connection(wire, address === undefined ? {} : { address }, log, () => {
      this.#release()
      ended(this)
    })
    this.#rights = new Rights(options.authorize && ((stream) => options.authorize?.(this.#principal, 'pull', stream) ?? true))
    this.#subscriptions = new Subscriptions(hub, this.#connection, this.#rights)
    this.#pusher = new Pusher(this.#bench())
    const unauthenticated = (): void => this.revoke()
    this.#expiry = new Expiry(clock, () => this.#connection.send({ type: 'renew' }), unauthenticated)
    this.#cancelDeadline = clock.setTimer(unauthenticated, HELLO_DEADLINE_MS)
  }

  get live(): boolean {
    return this.#state === 'live' || this.#state === 'leaving'
  }

  get principalId(): string | undefined {
    return this.#principal?.id
  }

  get subscriptions(): number {
    return this.#subscriptions.size
  }

  get pushesInFlight(): number {
    return this.#pushes.size
  }

  receive(text: string): void {
    if (this.#state === 'closed') return
    try {
      checkBound('message length', text.length, this.live ? this.#hub.limits.messageLength : HELLO_LENGTH)
      this.#handle(text)
    } catch (error) {
      this.fail(error)
    }
  }

  writable(): void {
    if (!this.#connection.congested) this.wake()
  }

  closed(): void {
    this.#connection.lost()
  }

  wake(): void {
    this.#subscriptions.wake()
  }

  heartbeat(): void {
    if (!this.live) return
    this.#subscriptions.cover()
    this.#subscriptions.wake()
    this.#connection.send({ type: 'heartbeat', head: this.#hub.tail.head })
  }

  forgetRights(): void {
    this.#rights.forget()
  }

  /** The principal may not be here any longer. */
  revoke(): void {
    this.#connection.deny(DENIED.unauthenticated)
  }

  fail(error: unknown): void {
    this.#connection.fail(error)
  }

  /** Takes no more pushes, answers those it has, then closes. */
  async leave(reason: string, retryAfterMs: number): Promise<void> {
    if (this.#state === 'live') {
      this.#state = 'leaving'
      this.#connection.send({ type: 'goaway', reason, retryAfterMs })
    }
    await Promise.all(this.#pushes)
    this.close()
  }

  close(): void {
    this.#connection.end(CLOSE.goingAway, 'going away')
  }

  #handle(text: string): void {
    const message = decodeClientMessage(text)
    if (this.#state === 'silent') {
      if (message.type !== 'hello') throw violation(`expected hello, found ${message.type}`)
      this.#state = 'greeting'
      this.#greet(message).catch((error: unknown) => this.fail(error))
      return
    }
    if (this.#state === 'greeting') throw violation(`expected nothing before welcome, found ${message.type}`)
    switch (message.type) {
      case 'hello':
        throw violation('expected one hello, found another')
      case 'auth':
        return this.#renew(message.token)
      case 'subscribe':
        return this.#subscriptions.start(message)
      case 'unsubscribe':
        return this.#subscriptions.stop(message.id)
      case 'ack':
        return this.#subscriptions.acknowledge(message)
      case 'push':
        return this.#push(message)
      default:
        message satisfies never
    }
  }

  async #greet(hello: Hello): Promise<void> {
    const { options, tail, owners, limits, heartbeatMs } = this.#hub
    const protocol = chooseProtocol(hello.protocol)
    if (protocol === undefined) throw violation('this server speaks no version of the protocol that the client speaks')
    this.#replicaId = hello.replicaId
    this.#connection.identify({ replicaId: hello.replicaId })
    const found = await authenticate(hello.token, this.#info(), this.#hub)
    if (!this.#connection.open) return
    if ('close' in found) return this.#connection.deny(found)
    const { principal } = found
    if (principal !== undefined && !owners.claim(hello.replicaId, principal)) {
      return this.#connection.deny(DENIED.otherPrincipal)
    }
    await tail.ready()
    const logId = await options.store.logId()
    const same = await sharesHistory(hello, options.store, logId)
    const head = await options.store.head()
    if (!this.#connection.open) return
    if (!same) return this.#connection.deny(DENIED.rolledBack)
    this.#cancelDeadline()
    this.#state = 'live'
    this.#accept(principal)
    this.#connection.note({ level: 'info', event: 'connected' })
    this.#connection.send({ type: 'welcome', protocol, logId, head, heartbeatMs, limits })
  }

  #renew(token: string): void {
    if (this.#hub.options.authenticate === undefined) return
    if (this.#renewing) throw violation('expected one auth at a time')
    this.#renewing = true
    void authenticate(token, this.#info(), this.#hub).then((found) => {
      this.#renewing = false
      if (!this.live) return
      if ('close' in found) return this.#connection.deny(found)
      if (found.principal?.id !== this.#principal?.id) return this.#connection.deny(DENIED.otherPrincipal)
      this.#rights.forget()
      this.#accept(found.principal)
    })
  }

  #accept(principal: Principal | undefined): void {
    this.#principal = principal
    this.#expiry.set(principal?.expiresAt)
    if (principal !== undefined) this.#connection.identify({ principal: principal.id })
  }

  #push({ id, commits }: Push): void {
    const { limits, counters } = this.#hub
    checkBound('commits of a push', commits.length, limits.commitsPerPush)
    for (const { events } of commits) checkBound('events of a commit', events.length, limits.eventsPerCommit)
    checkBound('pushes in flight', this.#pushes.size + 1, limits.pushesInFlight)
    // Not answered: the client pushes again where it connects next.
    if (this.#state !== 'live') return
    if (this.#expiry.passed) return this.revoke()
    const work: Promise<void> = this.#pusher
      .judge(commits)
      .then((results) => {
        // Before the answer: it may bring the next push at once.
        this.#pushes.delete(work)
        for (const { outcome } of results) counters[outcome]++
        this.#connection.send({ type: 'pushed', id, results })
      })
      .catch((error: unknown) => {
        this.#pushes.delete(work)
        this.fail(error)
      })
    this.#pushes.add(work)
  }

  #bench(): Bench {
    const { options, log } = this.#hub
    return {
      store: {
        readStream: (stream, range) => options.store.readStream(stream, range),
        append: (batch) => this.#append(batch),
      },
      log,
      actor: () => this.#principal?.id,
      mayPush: (stream) => options.authorize?.(this.#principal, 'push', stream) ?? true,
      mayPull: (stream) => this.#rights.mayPull(stream),
      validate: options.validate && ((commit) => options.validate?.(commit, this.#principal)),
      checkOpen: () => {
        if (this.#expiry.passed) this.revoke()
        if (!this.live) throw new HeadwaterError('closed', 'the session has ended')
      },
    }
  }

  async #append(batch: Batch): Promise<readonly RecordedEvent[]> {
    try {
      const stored = await this.#hub.options.store.append(batch)
      this.#hub.appendFailed = false
      return stored
    } catch (error) {
      if (isStorageError(error)) this.#hub.appendFailed = true
      throw error
    }
  }

  #info(): ConnectionInfo {
    return { replicaId: this.#replicaId, ...(this.#address === undefined ? {} : { address: this.#address }) }
  }

  #release(): void {
    this.#state = 'closed'
    this.#cancelDeadline()
    this.#expiry.cancel()
    this.#subscriptions.close()
  }
}

function isStorageError(error: unknown): boolean {
  return isHeadwaterError(error, 'storage-failed') || isHeadwaterError(error, 'storage-full')
}
