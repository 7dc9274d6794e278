import type { ErrorCode } from '../errors.ts'
import type { Batch, EventStore } from '../store.ts'
import type { ConformanceCase } from './harness.ts'
import { newId } from '../ids.ts'
import { MAX_STREAM_LENGTH } from '../names.ts'
import { MAX_BATCH } from '../store.ts'
import { expectError, expectSame } from './assert.ts'
import { collect, contractCase, fresh, ids, put } from './trial.ts'

const badStreams: readonly unknown[] = [
  '',
  'Dog',
  '-fido',
  'Dog-',
  '$all',
  '$Dog-fido',
  '__proto__',
  '__proto__-1',
  '1Dog-fido',
  'Dog-fi do',
  'Dog-fido/x',
  '/Dog-fido',
  'a//Dog-fido',
  '$a/Dog-fido',
  'Dög-fido',
  'Dog-\ud800',
  'Dog-\u0000',
  'Dog-fido\n',
  'Dog-%',
  "Dog-'x",
  `Dog-${'x'.repeat(201)}`,
  `${'a/'.repeat(9)}Dog-fido`,
  `${`${'a'.repeat(60)}/`.repeat(5)}Dog-fido`,
  undefined,
  null,
  7,
  ['Dog-a'],
]

const badTypes: readonly unknown[] = [
  '',
  '$Happened',
  '__proto__',
  '_Happened',
  '1Happened',
  'Hap pened',
  'Hap-pened',
  'Happéned',
  'Happened\n',
  'a\ud800',
  'x'.repeat(101),
  undefined,
  null,
  7,
]

const badIds: readonly unknown[] = [
  '',
  'id',
  '1',
  'B7E151628AED-2A6A-BF71-5880-9CF4F3C7',
  newId().toUpperCase(),
  newId().slice(1),
  `${newId()} `,
  newId().replaceAll('-', ''),
  undefined,
  7,
]

/** Names that are allowed, and each another than all the others. */
const goodStreams: readonly string[] = [
  'Dog-fido',
  'dog-fido',
  'Dog-Fido',
  'Dog-fido-2',
  'Dog.Big-fido',
  'Dog_Big-fido',
  'a/Dog-fido',
  'A/Dog-fido',
  'a/b/Dog-fido',
  'constructor-1',
  'toString-1',
  'hasOwnProperty-toString',
  'Dog-0',
  'Dog-00',
  'Dog-~@.:+=,-_',
  'D-1',
  `${'a/'.repeat(8)}Dog-fido`,
  `Dog-${'x'.repeat(200)}`,
  `${'T'.repeat(100)}-x`,
  `${'a'.repeat(64)}/${'T'.repeat(MAX_STREAM_LENGTH - 166)}-${'x'.repeat(100)}`,
]

/** Point 10, first half: names, and what a batch must be made of. */
export const nameCases: readonly ConformanceCase[] = [
  contractCase('10. a stream name outside the grammar is bad-name, and nothing is written', [], async (trial) => {
    const store = await trial.open()
    for (const name of badStreams) {
      const stream = name as string
      await refusedBeside(store, { ...fresh(stream) }, { [stream]: 'any' }, 'bad-name', `the stream ${JSON.stringify(name)}`)
    }
  }),
  contractCase('10. reading a stream name outside the grammar is bad-name', [], async (trial) => {
    const store = await trial.open()
    await put(store, 'Dog-fido')
    for (const name of badStreams) {
      await expectError('bad-name', () => collect(store.readStream(name as string)), `reading ${JSON.stringify(name)}`)
    }
  }),
  contractCase('10. an event type outside the grammar is bad-name, and nothing is written', [], async (trial) => {
    const store = await trial.open()
    for (const type of badTypes) {
      const event = { ...fresh('Dog-fido'), type: type as string }
      await refusedBeside(store, event, { 'Dog-fido': 'any' }, 'bad-name', `the type ${JSON.stringify(type)}`)
    }
  }),
  contractCase('10. an event id that is not a lower-case UUID is bad-name, and nothing is written', [], async (trial) => {
    const store = await trial.open()
    for (const id of badIds) {
      const event = { ...fresh('Dog-fido'), id: id as string }
      await refusedBeside(store, event, { 'Dog-fido': 'any' }, 'bad-name', `the id ${JSON.stringify(id)}`)
    }
  }),
  contractCase('10. names within the grammar are all different streams', [], async (trial) => {
    const store = await trial.open()
    for (const stream of goodStreams) await put(store, stream, 2, 'none')
    for (const stream of goodStreams) {
      const events = await collect(store.readStream(stream))
      expectSame(
        events.map((event) => `${event.stream}@${event.version}`),
        [`${stream}@0`, `${stream}@1`],
        'the stream',
      )
    }
  }),
  contractCase('10. event types within the grammar come back as they are', [], async (trial) => {
    const store = await trial.open()
    const types = ['A', 'a', 'constructor', 'toString', 'v1.Happened_2', 'x'.repeat(100)]
    await store.append({ events: types.map((type) => fresh('Dog-fido', {}, type)), expect: { 'Dog-fido': 'none' } })
    expectSame(
      (await collect(store.readAll())).map(({ type }) => type),
      types,
      'the types',
    )
  }),
  contractCase('10. a batch must have one expectation for each of its streams, and no other', [], async (trial) => {
    const store = await trial.open()
    const events = [fresh('Dog-fido')]
    const bad: readonly Record<string, unknown>[] = [
      {},
      { 'Dog-rex': 'any' },
      { 'Dog-fido': 'any', 'Dog-rex': 'any' },
      ...[undefined, null, '', '0', 'maybe', 1.5, -2, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, {}].map((value) => ({
        'Dog-fido': value,
      })),
    ]
    for (const expect of bad) {
      const append = store.append({ events, expect: expect as Batch['expect'] })
      await expectError('bad-data', append, `expecting ${JSON.stringify(Object.entries(expect))}`)
    }
    await expectError('bad-data', store.append({ events: [], expect: { 'Dog-fido': 'any' } }), 'an expectation and no event')
    expectSame(await store.head(), 0, 'the head')
  }),
  contractCase('10. a batch that is too long, or has an id twice, is bad-data', [], async (trial) => {
    const store = await trial.open()
    const event = fresh('Dog-fido')
    const twice = [event, fresh('Dog-fido'), event]
    await expectError('bad-data', store.append({ events: twice, expect: { 'Dog-fido': 'any' } }), 'an id twice')
    await expectError('bad-data', put(store, 'Dog-fido', (store.capabilities.maxBatch ?? MAX_BATCH) + 1), 'one event too many')
    expectSame(await store.head(), 0, 'the head')
  }),
  contractCase("10. a commit id is a UUID, and also in each event's metadata", [], async (trial) => {
    const store = await trial.open()
    const commitId = newId()
    const expect = { 'Dog-fido': 'any' } as const
    const event = { ...fresh('Dog-fido'), metadata: { commitId } }
    await expectError('bad-name', store.append({ events: [event], expect, commitId: 'commit-1' }), 'a commit id that is no UUID')
    await expectError('bad-data', store.append({ events: [event, fresh('Dog-fido')], expect, commitId }), 'an event without it')
    await expectError('bad-data', store.append({ events: [event], expect, commitId: newId() }), 'an event of another commit')
    const recorded = await store.append({ events: [event], expect, commitId })
    expectSame(await ids(store.readAll()), await ids(recorded), 'the log')
  }),
]

/** The bad event comes second, so that a store that checks while writing is found out. */
async function refusedBeside(
  store: EventStore,
  bad: Batch['events'][number],
  expect: Batch['expect'],
  code: ErrorCode,
  what: string,
): Promise<void> {
  const batch = { events: [fresh('Dog-beside'), bad], expect: { ...expect, 'Dog-beside': 'any' as const } }
  const codes = store.capabilities.multiStream || bad.stream === 'Dog-beside' ? [code] : [code, 'not-supported' as const]
  await expectError(codes, store.append(batch), what)
  await expectError(code, store.append({ events: [bad], expect }), what)
  expectSame(await store.head(), 0, `the head after ${what}`)
}
