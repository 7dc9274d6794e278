import { spawn } from 'node:child_process'
import type { ChildProcessByStdio } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import type { Readable } from 'node:stream'
import { expect, it } from 'vitest'
import type { RecordedEvent } from '../../src/index.ts'
import { sqliteStore } from '../../adapters/sqlite/index.ts'
import { temporaryFolder } from './temporary-folder.ts'

const folder = temporaryFolder()
const root = join(import.meta.dirname, '../..')
const script = join(import.meta.dirname, 'writer-process.ts')

it('two processes append to one file at once, and a third that follows sees each event once', async () => {
  const file = join(folder(), 'shared.db')
  const store = sqliteStore({ file, pollIntervalMs: 5 })
  const controller = new AbortController()
  const followed: RecordedEvent[] = []
  const following = (async () => {
    for await (const item of store.subscribe({ signal: controller.signal })) {
      if (item.type === 'event') followed.push(item.event)
      if (followed.length === 240) controller.abort()
    }
  })()
  const writers = ['Dog-a', 'Dog-b'].map((stream) => start(file, stream, 40))
  const acknowledged = (await Promise.all(writers.map(finish))).flat()
  await following
  expect(new Set(followed.map(({ id }) => id))).toEqual(new Set(acknowledged))
  expect(followed).toHaveLength(240)
  expectOrder(followed)
  expect(followed.filter(({ stream }) => stream === 'Dog-a').map(({ version }) => version)).toEqual(
    Array.from({ length: 120 }, (_, n) => n),
  )
  await store.close()
})

it('a process killed amid its appends leaves every acknowledged event and no half of a batch', async () => {
  const file = join(folder(), 'killed.db')
  const acknowledged: string[] = []
  for (let round = 0; round < 4; round++) {
    const { process: writer, lines } = start(file, 'Dog-killed', 0)
    let enough = 20 + round * 7
    for await (const line of lines) {
      acknowledged.push(...line.split(' '))
      if (--enough === 0) writer.kill('SIGKILL')
    }
    const store = sqliteStore({ file })
    const stored: RecordedEvent[] = []
    for await (const event of store.readAll()) stored.push(event)
    const ids = new Set(stored.map(({ id }) => id))
    expect(acknowledged.filter((id) => !ids.has(id))).toEqual([])
    expect(stored.length % 3).toBe(0)
    for (let i = 0; i < stored.length; i += 3) {
      const batch = stored.slice(i, i + 3).map(({ data }) => data as { batch: number; n: number })
      expect(batch.map(({ n }) => n)).toEqual([0, 1, 2])
      expect(new Set(batch.map((data) => data.batch)).size).toBe(1)
    }
    expectOrder(stored)
    await store.close()
  }
})

interface Writer {
  readonly process: ChildProcessByStdio<null, Readable, null>
  readonly lines: AsyncIterable<string>
}

function start(file: string, stream: string, batches: number): Writer {
  const child = spawn(process.execPath, ['--import', 'tsx', script, file, stream, String(batches)], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  return { process: child, lines: createInterface({ input: child.stdout }) }
}

async function finish({ process: writer, lines }: Writer): Promise<string[]> {
  const exited = once(writer, 'exit')
  const ids: string[] = []
  for await (const line of lines) ids.push(...line.split(' '))
  expect(await exited).toEqual([0, null])
  return ids
}

function expectOrder(events: readonly RecordedEvent[]): void {
  expect(events.map(({ position }) => position)).toEqual(events.map(({ position }) => position).sort((a, b) => a - b))
}
