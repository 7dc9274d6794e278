import type { Metadata, NewEvent, RecordedEvent } from './event.ts'
import type { Batch, Capabilities, Expect, StoredCommand } from './store.ts'
import type { Json } from './json.ts'
import { HeadwaterError } from './errors.ts'
import { checkJson, copyJson } from './json.ts'
import { checkStreamName, checkTypeName, checkUuid } from './names.ts'
import { MAX_BATCH } from './store.ts'

/** A checked event, its data and metadata as one JSON text: what a store keeps beside the indexed envelope. */
export interface PreparedEvent {
  readonly id: string
  readonly stream: string
  readonly type: string
  readonly payload: string
}

/** A checked batch: nothing in it can be refused any more but by what is stored. */
export interface PreparedBatch {
  readonly events: readonly PreparedEvent[]
  /** Each stream of `events`, in the order of its first event. */
  readonly expect: ReadonlyMap<string, Expect>
  readonly commitId?: string
  readonly basis?: number
  readonly command?: StoredCommand
}

/**
 * Checks everything about a batch that needs no storage, and encodes it: do this before opening a transaction.
 *
 * Refuses with `bad-name`, `bad-data`, and with `not-supported` several streams where the store cannot do that.
 */
export function prepareBatch(batch: Batch, capabilities: Pick<Capabilities, 'multiStream' | 'maxBatch'>): PreparedBatch {
  if (!Array.isArray(batch.events)) throw bad('events: expected a list')
  const { multiStream, maxBatch = MAX_BATCH } = capabilities
  if (batch.events.length > maxBatch) throw bad(`events: expected at most ${maxBatch}, found ${batch.events.length}`)
  const { commitId, basis, command } = batch
  if (commitId !== undefined) checkUuid(commitId, 'commit id')
  if (basis !== undefined && !(Number.isSafeInteger(basis) && basis >= 0)) throw bad('basis: expected a count')
  const events = batch.events.map((event: NewEvent, i) => prepareEvent(event, `events[${i}]`, commitId))
  if (new Set(events.map((event) => event.id)).size < events.length) throw bad('events: two have the same id')
  const expect = prepareExpect(batch.expect, events)
  if (expect.size > 1 && !multiStream) {
    throw new HeadwaterError('not-supported', `this store cannot append to ${expect.size} streams at once`)
  }
  return {
    events,
    expect,
    ...(commitId === undefined ? {} : { commitId }),
    ...(basis === undefined ? {} : { basis }),
    ...(command === undefined ? {} : { command: prepareCommand(command) }),
  }
}

/** The event as a store gives it back, from what it keeps. */
export function recordedEvent(event: PreparedEvent, version: number, position: number): RecordedEvent {
  const { id, stream, type } = event
  const { data, metadata } = decodePayload(event.payload)
  return { id, stream, version, type, data, metadata, position }
}

/** The inverse of a {@link PreparedEvent}'s payload. */
export function decodePayload(payload: string): { readonly data: Json; readonly metadata: Metadata } {
  return JSON.parse(payload) as { readonly data: Json; readonly metadata: Metadata }
}

function prepareEvent(event: NewEvent, path: string, commitId: string | undefined): PreparedEvent {
  const { id, stream, type, data, metadata = {} } = event
  checkUuid(id, `${path}.id`)
  checkStreamName(stream)
  checkTypeName(type)
  if (typeof metadata !== 'object' || metadata === null || Array.isArray(metadata))
    throw bad(`${path}.metadata: expected an object`)
  if (commitId !== undefined && metadata.commitId !== commitId) {
    throw bad(`${path}.metadata.commitId: expected the batch's ${commitId}, found ${String(metadata.commitId)}`)
  }
  checkJson(data, `${path}.data`)
  checkJson(metadata, `${path}.metadata`)
  return { id, stream, type, payload: JSON.stringify({ data, metadata }) }
}

function prepareExpect(given: Readonly<Record<string, Expect>>, events: readonly PreparedEvent[]): Map<string, Expect> {
  if (typeof given !== 'object' || given === null) throw bad('expect: expected an object')
  const expect = new Map<string, Expect>()
  for (const { stream } of events) {
    if (expect.has(stream)) continue
    const value: unknown = Object.hasOwn(given, stream) ? given[stream] : undefined
    if (!isExpect(value)) {
      throw bad(`expect["${stream}"]: expected a version from -1, "none", "exists" or "any", found ${String(value)}`)
    }
    expect.set(stream, value)
  }
  for (const stream of Object.keys(given)) {
    checkStreamName(stream)
    if (!expect.has(stream)) throw bad(`expect["${stream}"]: the batch has no event of that stream`)
  }
  return expect
}

function isExpect(value: unknown): value is Expect {
  if (typeof value === 'number') return Number.isSafeInteger(value) && value >= -1
  return value === 'none' || value === 'exists' || value === 'any'
}

function prepareCommand(command: StoredCommand): StoredCommand {
  checkTypeName(command.aggregate, 'aggregate type')
  checkStreamName(command.stream)
  return copyJson(command, 'command') as unknown as StoredCommand
}

function bad(message: string): HeadwaterError {
  return new HeadwaterError('bad-data', message)
}
