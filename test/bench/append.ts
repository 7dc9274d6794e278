import { join } from 'node:path'
import type { Application, Batch } from 'headwater'
import type { RawSqlite } from './support/raw-sqlite.ts'
import type { Scenario } from './support/scenario.ts'
import { classOf, createApplication, newId } from 'headwater'
import { sqliteStore } from 'headwater/adapters/sqlite'
import { Note, textOf } from './support/notes.ts'
import { inTurn, rate } from './support/rounds.ts'
import { rawSqlite } from './support/raw-sqlite.ts'
import { withFolder } from './support/scenario.ts'

// Many short rounds: what else the machine does falls on both sides of most of them.
const ROUNDS = 60
const BATCH_ROUNDS = 300
const STREAMS = 500
const WRITERS = 50
const BATCH = 100

class NoteModel extends classOf(Note) {}

/** Appends on Node, through the application, against better-sqlite3 by hand. */
export const append: Scenario = {
  name: 'append',
  about: 'SQLite store, synchronous=FULL; raw: better-sqlite3, position key and unique (stream, version), JSON.stringify',
  run: (report) =>
    withFolder(async (folder) => {
      const store = sqliteStore({ file: join(folder, 'ours.db') })
      const app = createApplication({ name: 'Bench', aggregates: [Note], store })
      const raw = rawSqlite(join(folder, 'raw.db'))
      try {
        for (let n = 0; n < STREAMS; n++) await app.execute(Note, String(n), 'write', textOf(n))

        const single = await inTurn(
          ROUNDS,
          () => rate(200, () => oneByOne(app, 200)),
          () => rate(200, () => rawOneByOne(raw, 200)),
        )
        report({ what: 'execute, one commit after the other', unit: 'commits/s', ours: single[0]!, raw: single[1]!, aim: 0.6 })

        const batches = await inTurn(
          BATCH_ROUNDS,
          () => timedBatch(appendable, (batch) => app.store.append(batch)),
          () => timedBatch(newStream, (stream) => raw.append(BATCH, () => stream)),
          () => timedBatch(changed, (note) => app.save(note)),
        )
        report({ what: 'store.append, batches of 100', unit: 'events/s', ours: batches[0]!, raw: batches[1]!, aim: 0.7 })
        report({ what: 'save of an object with 100 new events', unit: 'events/s', ours: batches[2]!, raw: batches[1]!, aim: 0.7 })

        const many = await inTurn(
          ROUNDS / 2,
          () => rate(WRITERS * 10, () => concurrently(app, 10)),
          () => rate(200, () => rawOneByOne(raw, 200)),
          () => rate(WRITERS * 10, () => rawGroups(raw, 10)),
        )
        report({ what: 'execute, 50 at a time; raw: one transaction each', unit: 'commits/s', ours: many[0]!, raw: many[1]! })
        report({ what: 'execute, 50 at a time; raw: 50 per transaction', unit: 'commits/s', ours: many[0]!, raw: many[2]! })
      } finally {
        await app.close()
        raw.close()
      }
    }),
}

async function oneByOne(app: Application, count: number): Promise<void> {
  for (let n = 0; n < count; n++) await app.execute(Note, String(n % STREAMS), 'write', textOf(n))
}

function rawOneByOne(raw: RawSqlite, count: number): void {
  for (let n = 0; n < count; n++) raw.append(1, () => n % STREAMS)
}

async function concurrently(app: Application, each: number): Promise<void> {
  const writer = async (id: number): Promise<void> => {
    for (let n = 0; n < each; n++) await app.execute(Note, String(id), 'write', textOf(n))
  }
  await Promise.all(Array.from({ length: WRITERS }, (_, id) => writer(id)))
}

function rawGroups(raw: RawSqlite, count: number): void {
  for (let n = 0; n < count; n++) raw.append(WRITERS, (writer) => writer)
}

/** Events per second of a batch that is made before the clock starts. */
function timedBatch<T>(make: () => T, store: (batch: T) => unknown): Promise<number> {
  const made = make()
  return rate(BATCH, () => store(made))
}

let streams = STREAMS

function newStream(): number {
  return ++streams
}

function appendable(): Batch {
  const stream = `Note-${newStream()}`
  const time = new Date().toISOString()
  const events = Array.from({ length: BATCH }, (_, n) => ({
    id: newId(),
    stream,
    type: 'Written',
    data: { text: textOf(n) },
    metadata: { time },
  }))
  return { events, expect: { [stream]: 'none' } }
}

function changed(): NoteModel {
  const note = new NoteModel(String(newStream()))
  for (let n = 0; n < BATCH; n++) note.run('write', textOf(n))
  return note
}
