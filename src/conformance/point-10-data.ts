import type { Json } from '../json.ts'
import type { ConformanceCase } from './harness.ts'
import { MAX_DEPTH } from '../json.ts'
import { expectError, expectSame } from './assert.ts'
import { collect, contractCase, fresh } from './trial.ts'

/** Data that must come back as it went in. */
const goodData: readonly Json[] = [
  null,
  true,
  false,
  0,
  -1.5,
  1e21,
  5e-324,
  Number.MAX_SAFE_INTEGER,
  Number.MIN_SAFE_INTEGER,
  '',
  'text',
  [],
  {},
  [[], {}, null],
  'häßlich 😀 \u0000 \u2028 " \\ \n \u007f',
  { 'key with "quotes" and 😀': 1, '': 2, toString: 3, hasOwnProperty: 4, '0': 5 },
  { data: { metadata: { position: -1 } }, id: 'x', version: 'y' },
  [1, [2, [3, [4]]]],
  'x'.repeat(100_000),
]

/** Point 10, second half: data that JSON cannot give back is refused, all other comes back as it was. */
export const dataCases: readonly ConformanceCase[] = [
  contractCase('10. data and metadata come back as they went in', [], async (trial) => {
    const store = await trial.open()
    const events = goodData.map((data) => ({ ...fresh('Dog-fido', data), metadata: { actor: 'ann', own: data } }))
    const returned = await store.append({ events, expect: { 'Dog-fido': 'none' } })
    const read = await collect(store.readStream('Dog-fido'))
    for (const [i, { data, metadata }] of events.entries()) {
      for (const event of [returned[i], read[i]]) {
        expectSame(event?.data, data, `data ${i}`)
        expectSame(event?.metadata, metadata, `metadata ${i}`)
      }
    }
  }),
  contractCase(`10. data may nest ${MAX_DEPTH} deep, and no deeper`, [], async (trial) => {
    const store = await trial.open()
    const expect = { 'Dog-fido': 'any' } as const
    const deepest = fresh('Dog-fido', nested(MAX_DEPTH))
    await store.append({ events: [deepest], expect })
    expectSame((await collect(store.readAll()))[0]?.data, deepest.data, 'the data')
    await expectError('bad-data', store.append({ events: [fresh('Dog-fido', nested(MAX_DEPTH + 1))], expect }), 'one level more')
  }),
  contractCase('10. data that JSON cannot give back is bad-data, and nothing is written', [], async (trial) => {
    const store = await trial.open()
    for (const [what, value] of badData()) {
      for (const bad of [value, { deep: [value] }]) {
        if (what === 'undefined' && bad !== value) continue
        const event = { ...fresh('Dog-fido'), data: bad as Json }
        const append = store.append({ events: [fresh('Dog-fido'), event], expect: { 'Dog-fido': 'any' } })
        await expectError('bad-data', append, `data: ${what}`)
      }
      if (what === 'undefined') continue
      const event = { ...fresh('Dog-fido'), metadata: { own: value as Json } }
      await expectError('bad-data', store.append({ events: [event], expect: { 'Dog-fido': 'any' } }), `metadata: ${what}`)
    }
    for (const metadata of [null, [], 'text', 7]) {
      const event = { ...fresh('Dog-fido'), metadata: metadata as unknown as { actor: string } }
      await expectError(
        'bad-data',
        store.append({ events: [event], expect: { 'Dog-fido': 'any' } }),
        `metadata ${String(metadata)}`,
      )
    }
    expectSame(await store.head(), 0, 'the head')
  }),
]

function nested(depth: number): Json {
  let data: Json = 'deep'
  for (let i = 0; i < depth; i++) data = [data]
  return data
}

function badData(): readonly (readonly [string, unknown])[] {
  const cycle: Record<string, unknown> = {}
  cycle['self'] = cycle
  return [
    ['undefined', undefined],
    ['NaN', Number.NaN],
    ['Infinity', Number.POSITIVE_INFINITY],
    ['a lone surrogate', 'a\ud800b'],
    ['a key with a lone surrogate', { 'a\udc00': 1 }],
    ['the key __proto__', JSON.parse('{"__proto__":{"admin":true}}')],
    ['the key constructor', { constructor: 1 }],
    ['a bigint', 1n],
    ['a function', (): number => 1],
    ['a symbol', Symbol('s')],
    ['a date', new Date(0)],
    ['a map', new Map([['a', 1]])],
    ['bytes', new Uint8Array(2)],
    ['an object with toJSON', { toJSON: (): number => 1 }],
    ['a cycle', cycle],
  ]
}
