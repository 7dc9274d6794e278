import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Json } from '../../src/index.ts'
import type { Path } from './damage.ts'
import { HeadwaterError } from '../../src/index.ts'
import { decodeClientMessage, decodeServerMessage, encodeMessage, MAX_LIMITS } from '../../src/sync/index.ts'
import { at, isObject, isOfTheApp, pathsOf, replaced } from './damage.ts'
import { fixturesOf } from './fixtures.ts'
import { decode, KINDS } from './messages.ts'

const SEED = Number(process.env['HEADWATER_SEED'] ?? 1)
const RUNS = Number(process.env['HEADWATER_RUNS'] ?? 3000)

const fixtures = fixturesOf(1).map(({ name, frame }) => ({ name, frame, message: JSON.parse(frame) as Json }))
const OPTIONAL = ['token', 'logId', 'tip', 'actor']
const push = fixtures.find(({ name }) => name === 'client.push')?.frame ?? ''

/** Decodes as both sides would; what neither takes must be refused with `protocol`, and what one takes must survive it. */
function check(frame: string): void {
  for (const side of [decodeClientMessage, decodeServerMessage]) {
    let message: ReturnType<typeof side>
    try {
      message = side(frame)
    } catch (error) {
      expect(error).toBeInstanceOf(HeadwaterError)
      expect(error).toMatchObject({ code: 'protocol' })
      continue
    }
    const text = encodeMessage(message)
    expect(encodeMessage(side(text))).toBe(text)
  }
}

function expectRefused(frame: string, why: string): void {
  for (const side of [decodeClientMessage, decodeServerMessage]) {
    expect(() => side(frame), why).toThrow(expect.objectContaining({ name: 'HeadwaterError', code: 'protocol' }))
  }
}

/** The places of a message that the protocol itself defines. */
function places(message: Json, wanted: (value: Json, path: Path) => boolean): readonly Path[] {
  return pathsOf(message).filter((path) => !isOfTheApp(path) && wanted(at(message, path), path))
}

describe.each(fixtures)('$name is refused', ({ message }) => {
  it('with a field the protocol does not have, wherever it is', () => {
    const objects = places(message, isObject)
    for (const path of objects) {
      const frame = JSON.stringify(replaced(message, [...path, 'extra'], 1))
      expectRefused(frame, frame)
    }
  })

  it('without a field the protocol asks for', () => {
    const required = places(message, (_, path) => typeof path.at(-1) === 'string' && !OPTIONAL.includes(String(path.at(-1))))
    for (const path of required) {
      const frame = JSON.stringify(replaced(message, path, undefined))
      expectRefused(frame, frame)
    }
  })

  it('with a number that is no safe integer, or is none', () => {
    for (const path of places(message, (value) => typeof value === 'number')) {
      const marked = JSON.stringify(replaced(message, path, 'THE NUMBER'))
      for (const text of ['9007199254740992', '1e400', '1.5', '-2', '"1"', 'null', 'true', '[1]', '{}']) {
        const frame = marked.replace('"THE NUMBER"', text)
        expectRefused(frame, frame)
      }
    }
  })

  it('with ill-formed text, wherever it is', () => {
    for (const path of pathsOf(message).filter((one) => typeof at(message, one) === 'string')) {
      const marked = JSON.stringify(replaced(message, path, 'THE TEXT'))
      for (const text of ['\ud800', '\\ud800', '\\udc00\\ud800']) {
        const frame = marked.replace('THE TEXT', () => text)
        expectRefused(frame, frame)
      }
    }
  })
})

describe('a message is refused', () => {
  it.each(['shout', 'Hello', '__proto__', 'constructor', 'toString', ''])('of a type that is none: "%s"', (type) => {
    expectRefused(JSON.stringify({ type }), type)
  })

  it('of the other side', () => {
    for (const { frame, name } of fixtures) {
      const otherSide = name.startsWith('client') ? decodeServerMessage : decodeClientMessage
      expect(() => otherSide(frame), name).toThrow(expect.objectContaining({ code: 'protocol' }))
    }
  })

  it('that is no JSON object', () => {
    for (const frame of [
      '',
      ' ',
      'hello',
      '{',
      '[]',
      'null',
      '1',
      '"hello"',
      '{}',
      `\uFEFF${push}`,
      `${push}${push}`,
      `${push},`,
    ]) {
      expectRefused(frame, frame)
    }
  })

  it('with a key that belongs to prototypes, also inside the data', () => {
    for (const key of ['__proto__', 'constructor', 'prototype']) {
      expectRefused(push.replace('{', `{"${key}":{},`), key)
      expectRefused(push.replace('"data":{', `"data":{"${key}":{"admin":true},`), key)
      expectRefused(push.replace('"metadata":{', `"metadata":{"inner":[{"${key}":null}],`), key)
      expectRefused(push.replace('"data":{', `"data":{"${key.replace('o', '\\u006f')}":{},`), key)
    }
    expect(Object.getPrototypeOf({})).toBe(Object.prototype)
    expect(({} as { admin?: boolean }).admin).toBeUndefined()
  })

  it('with a key of ill-formed text', () => {
    expectRefused(push.replace('"data":{', '"data":{"\\ud800":1,'), 'a key')
  })

  it('that nests too deeply, however deeply, before it is parsed', () => {
    const nested = (depth: number): string =>
      push.replace('"data":{"name":"Fido"}', () => `"data":${'['.repeat(depth)}${']'.repeat(depth)}`)
    expect(decode(nested(64)).type).toBe('push')
    for (const depth of [100, 10_000, 500_000]) expectRefused(nested(depth), `${depth} levels`)
    expectRefused('['.repeat(500_000), 'brackets that never close')
    // Brackets inside text are no nesting.
    expect(decode(push.replace('Fido', '['.repeat(1000))).type).toBe('push')
  })

  it('with longer lists than the protocol has', () => {
    const commit = (JSON.parse(push) as { readonly commits: readonly [{ readonly events: readonly Json[] }] }).commits[0]
    const commits = (count: number): string =>
      JSON.stringify({ type: 'push', id: 1, commits: Array.from({ length: count }, () => commit) })
    expect(decode(commits(MAX_LIMITS.commitsPerPush)).type).toBe('push')
    expectRefused(commits(MAX_LIMITS.commitsPerPush + 1), 'commits')
    const events = Array.from({ length: MAX_LIMITS.eventsPerCommit + 1 }, () => commit.events[0])
    expectRefused(JSON.stringify({ type: 'push', id: 1, commits: [{ ...commit, events }] }), 'events')
  })
})

describe(`a damaged message never throws anything but protocol (HEADWATER_SEED=${SEED})`, () => {
  const options = { seed: SEED, numRuns: RUNS }
  const fixture = fc.constantFrom(...fixtures)
  const word = fc.constantFrom(...KINDS, '__proto__', 'constructor', 'length', 'toString', '', '\ud800', 'Dog-fido', 'data', 'id')
  const junk = fc.oneof(fc.jsonValue() as fc.Arbitrary<Json>, word, fc.double({ noNaN: true }), fc.integer(), fc.maxSafeInteger())

  it('with something else in some places', () => {
    const change = fc.record({ place: fc.nat(), key: fc.option(word), item: fc.option(junk, { nil: undefined }) })
    fc.assert(
      fc.property(fixture, fc.array(change, { minLength: 1, maxLength: 3 }), ({ message }, changes) => {
        let damaged: Json = message
        for (const { place, key, item } of changes) {
          const paths = pathsOf(damaged)
          const path = paths[place % paths.length] ?? []
          const inside = key !== null && isObject(at(damaged, path))
          damaged = replaced(damaged, inside ? [...path, key] : path, item) ?? null
        }
        check(JSON.stringify(damaged))
      }),
      options,
    )
  })

  it('with some characters changed', () => {
    const edit = fc.record({
      at: fc.nat(),
      cut: fc.nat({ max: 20 }),
      text: fc.oneof(
        fc.string({ unit: 'binary', maxLength: 5 }),
        fc.constantFrom('{', '}', '[', ']', '"', ',', ':', '\\', '0', '-', 'e'),
      ),
    })
    fc.assert(
      fc.property(fixture, fc.array(edit, { minLength: 1, maxLength: 3 }), ({ frame }, edits) => {
        check(
          edits.reduce((text, { at: place, cut, text: put }) => {
            const start = place % (text.length + 1)
            return text.slice(0, start) + put + text.slice(start + cut)
          }, frame),
        )
      }),
      options,
    )
  })

  it('with no message in it at all', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.json(),
          junk.map((value) => JSON.stringify(value)),
        ),
        check,
      ),
      options,
    )
  })
})
