import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, bench, describe } from 'vitest'
import { sqliteStore } from '../../adapters/sqlite/index.ts'
import { memoryStore, newId } from '../../src/index.ts'
import type { EventStore, NewEvent } from '../../src/index.ts'

const folder = mkdtempSync(join(tmpdir(), 'headwater-bench-'))
const stores: readonly (readonly [string, EventStore])[] = [
  ['memory', memoryStore()],
  ['sqlite', sqliteStore({ file: join(folder, 'bench.db') })],
]

afterAll(async () => {
  for (const [, store] of stores) await store.close()
  rmSync(folder, { recursive: true })
})

/** Events of about 200 bytes each, new in every call. */
function events(stream: string, count: number): NewEvent[] {
  return Array.from({ length: count }, (_, at) => ({
    id: newId(),
    stream,
    type: 'TrickAdded',
    data: { trick: `roll over ${at}`, note: 'x'.repeat(80) },
  }))
}

/** Appends to a new stream, so that a run's later rounds do not measure a longer stream. */
async function append(store: EventStore, count: number): Promise<string> {
  const stream = `Dog-${newId()}`
  await store.append({ events: events(stream, count), expect: { [stream]: 'none' } })
  return stream
}

describe.each(stores)('%s', (_name, store) => {
  bench('append 1 event', async () => {
    await append(store, 1)
  })
  bench('append 1000 events in one batch', async () => {
    await append(store, 1000)
  })
  bench('append and read a stream of 100 events', async () => {
    let seen = 0
    for await (const event of store.readStream(await append(store, 100))) seen += event.version >= 0 ? 1 : 0
    if (seen !== 100) throw new Error(`read ${seen} events, expected 100`)
  })
})
