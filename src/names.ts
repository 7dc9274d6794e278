import { HeadwaterError } from './errors.ts'

/** The longest stream name, in UTF-16 code units. */
export const MAX_STREAM_LENGTH = 256

const TYPE = /^[A-Za-z][A-Za-z0-9_.]{0,99}$/
const ID = /^[A-Za-z0-9_~@.:+=,-]{1,200}$/
const TENANT = /^(?:[A-Za-z0-9_.~-]{1,64}\/){0,8}$/
const STREAM = /^(?:[A-Za-z0-9_.~-]{1,64}\/){0,8}[A-Za-z][A-Za-z0-9_.]{0,99}-[A-Za-z0-9_~@.:+=,-]{1,200}$/
const PREFIX = /^[A-Za-z0-9_.~@:+=,/-]*$/
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/**
 * The name of one aggregate's stream: `Type-id`, or `prefix/Type-id` (a tenant, say).
 *
 * Refuses with `bad-name` what the grammar does not allow. Type: a letter, then letters, digits, `_`, `.`.
 * Id: 1 to 200 letters, digits and `_ ~ @ . : + = , -`. Prefix: up to 8 segments, each ending in `/`.
 *
 * @example streamName('Dog', 'fido') // 'Dog-fido'
 */
export function streamName(type: string, id: string, prefix = ''): string {
  checkTypeName(type, 'aggregate type')
  if (!ID.test(id)) throw badName('aggregate id', id, '1 to 200 letters, digits and _ ~ @ . : + = , -')
  if (!TENANT.test(prefix)) throw badName('stream prefix', prefix, 'segments of letters, digits and _ . ~ -, each ending in /')
  const name = `${prefix}${type}-${id}`
  checkStreamName(name)
  return name
}

/** Refuses with `bad-name` a stream name outside the grammar of {@link streamName}. */
export function checkStreamName(stream: unknown): asserts stream is string {
  if (typeof stream !== 'string' || stream.length > MAX_STREAM_LENGTH || !STREAM.test(stream)) {
    throw badName('stream', stream, `"Type-id" or "prefix/Type-id", at most ${MAX_STREAM_LENGTH} characters`)
  }
}

/** Refuses with `bad-name` an aggregate or event type that is not a letter followed by letters, digits, `_` or `.`. */
export function checkTypeName(type: unknown, what = 'event type'): asserts type is string {
  if (typeof type !== 'string' || !TYPE.test(type)) {
    throw badName(what, type, 'a letter, then at most 99 letters, digits, _ or .')
  }
}

/** Refuses with `bad-name` text that no stream name can start with. */
export function checkPrefix(prefix: unknown): asserts prefix is string {
  if (typeof prefix !== 'string' || prefix.length > MAX_STREAM_LENGTH || !PREFIX.test(prefix)) {
    throw badName('prefix', prefix, 'the start of a stream name, or nothing')
  }
}

/** Refuses with `bad-name` an id that is not a lower-case UUID. */
export function checkUuid(id: unknown, what: string): asserts id is string {
  if (typeof id !== 'string' || !UUID.test(id)) throw badName(what, id, 'a lower-case UUID')
}

/** The category of a stream: its aggregate type. `category('eu/Dog-fido')` is `'Dog'`. */
export function category(stream: string): string {
  const start = stream.lastIndexOf('/') + 1
  return stream.slice(start, stream.indexOf('-', start))
}

/** The aggregate id within a stream name. `aggregateId('eu/Dog-fido')` is `'fido'`. */
export function aggregateId(stream: string): string {
  return stream.slice(stream.indexOf('-', stream.lastIndexOf('/') + 1) + 1)
}

function badName(what: string, found: unknown, expected: string): HeadwaterError {
  const shown = typeof found === 'string' ? JSON.stringify(found.slice(0, 300)) : typeof found
  return new HeadwaterError('bad-name', `${what}: expected ${expected}, found ${shown}`)
}
