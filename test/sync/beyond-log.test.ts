import { expect, test } from 'vitest'
import type { RecordedEvent } from '../../src/index.ts'
import { newId } from '../../src/index.ts'
import { memoryReplica } from '../../src/sync/index.ts'
import { Ledger } from '../../src/sync/client/ledger.ts'
import { all } from '../support/all.ts'

function event(stream: string, version: number, position: number): RecordedEvent {
  return { id: newId(), stream, version, position, type: 'Happened', data: null, metadata: {} }
}

const names = (events: readonly RecordedEvent[]): string[] => events.map(({ stream, version }) => `${stream}@${version}`)

async function device(prefixes: readonly string[]) {
  const replica = memoryReplica()
  const ledger = new Ledger(replica)
  await ledger.lead(prefixes)
  await ledger.bind(newId())
  const append = async (stream: string, expected: number) => {
    const commitId = newId()
    const happened = { id: newId(), stream, type: 'Happened', data: null, metadata: { commitId } }
    await replica.append({ events: [happened], expect: { [stream]: expected }, commitId })
    const [commit] = (await ledger.pendingAfter(0, 9)).slice(-1)
    return { commitId, id: happened.id, seq: commit?.seq ?? 0 }
  }
  return { replica, ledger, append }
}

test('before the first authority everything is unconfirmed, in local order', async () => {
  const replica = memoryReplica()
  await replica.append({ events: [{ id: newId(), stream: 'A-1', type: 'Happened', data: null }], expect: { 'A-1': 'none' } })
  const { head, events } = await replica.unconfirmed()
  expect(head).toBe(0)
  expect(names(events)).toEqual(['A-1@0'])
})

test('an accepted commit stands before the pending ones, until the log has it', async () => {
  const { replica, ledger, append } = await device([''])
  const first = await append('B-1', -1)
  await append('A-1', -1)
  expect(names((await replica.unconfirmed()).events)).toEqual(['B-1@0', 'A-1@0'])

  const result = { commit: first.commitId, outcome: 'accepted', events: [{ id: first.id, position: 7 }] } as const
  await ledger.settle([{ seq: first.seq, eventIds: [first.id], result }])
  const settled = await replica.unconfirmed()
  expect(settled.events.map(({ position }) => position)[0]).toBe(7)
  expect(names(settled.events)).toEqual(['B-1@0', 'A-1@0'])

  const [confirmed] = settled.events
  await ledger.take('', { after: 0, upTo: 7, events: confirmed === undefined ? [] : [confirmed] })
  const pulled = await replica.unconfirmed()
  expect(pulled.head).toBe(7)
  expect(names(pulled.events)).toEqual(['A-1@0'])
  expect(names(await all(replica.readAll({ upTo: pulled.head })))).toEqual(['B-1@0'])
})

test('a prefix that came further than another is beyond the common head', async () => {
  const { replica, ledger } = await device(['A-', 'B-'])
  await ledger.take('A-', { after: 0, upTo: 5, events: [event('A-1', 0, 2), event('A-1', 1, 5)] })
  await ledger.take('B-', { after: 0, upTo: 3, events: [event('B-1', 0, 3)] })
  const before = await replica.unconfirmed()
  expect(before.head).toBe(3)
  expect(names(before.events)).toEqual(['A-1@1'])
  expect(names(await all(replica.readAll({ upTo: 3 })))).toEqual(['A-1@0', 'B-1@0'])

  await ledger.lead(['B-'])
  const after = await replica.unconfirmed()
  expect(after.log).not.toBe(before.log)
  expect(names(after.events)).toEqual([])
})
