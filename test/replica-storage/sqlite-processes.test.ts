import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, expect, test } from 'vitest'
import { sqliteStorage } from '../../adapters/sqlite/replica-storage.ts'

const folder = mkdtempSync(join(tmpdir(), 'headwater-processes-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Runs the commit loop in a process of its own, and kills it with SIGKILL once it has acknowledged `killAfter` commits. */
async function commitLoop(file: string, times: number, killAfter = Infinity): Promise<readonly number[]> {
  const child = spawn(
    process.execPath,
    ['--import', 'tsx', join(import.meta.dirname, 'support/commit-loop.ts'), file, String(times)],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  )
  const exited = once(child, 'exit') as Promise<[number | null, NodeJS.Signals | null]>
  const acknowledged: number[] = []
  for await (const line of createInterface({ input: child.stdout })) {
    acknowledged.push(Number(line))
    if (acknowledged.length === killAfter) child.kill('SIGKILL')
  }
  const [code, signal] = await exited
  expect(killAfter === Infinity ? code : signal).toBe(killAfter === Infinity ? 0 : 'SIGKILL')
  return acknowledged
}

/** The number of transactions in the file, after checking that each is there whole. */
async function wholeTransactions(file: string): Promise<number> {
  const storage = sqliteStorage({ file })
  try {
    return await storage.transact('read', async (transaction) => {
      const count = Number((await transaction.get('meta', 'count'))?.value)
      const pending = (await transaction.range('pending')).map(({ key }) => key)
      expect(pending).toEqual(Array.from({ length: count }, (_, n) => n + 1))
      expect((await transaction.byStream('pending', 'Dog-a')).map(({ key }) => key)).toEqual(pending)
      expect(await transaction.count('receipts')).toBe(count)
      return count
    })
  } finally {
    await storage.close()
  }
}

test('two processes that race on one file lose no transaction', async () => {
  const file = join(folder, 'race.db')
  const acknowledged = (await Promise.all([commitLoop(file, 200), commitLoop(file, 200)])).flat()
  expect(acknowledged.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 400 }, (_, n) => n + 1))
  expect(await wholeTransactions(file)).toBe(400)
})

test('when a process is killed, every transaction it acknowledged is there, and none is half there', async () => {
  const file = join(folder, 'killed.db')
  for (const killAfter of [1, 17, 100]) {
    const acknowledged = await commitLoop(file, Infinity, killAfter)
    expect(await wholeTransactions(file)).toBeGreaterThanOrEqual(Math.max(...acknowledged))
  }
})

test('a commit of another process is told', async () => {
  const file = join(folder, 'told.db')
  const storage = sqliteStorage({ file, pollIntervalMs: 5 })
  try {
    await storage.transact('read', (transaction) => transaction.count('meta'))
    const seen = new Promise<void>((resolve, reject) => {
      const look = async (): Promise<void> => {
        const found = await storage.transact('read', (transaction) => transaction.get('meta', 'count'))
        if (found?.value === '3') resolve()
      }
      storage.onForeignCommit(() => void look().catch(reject))
    })
    await commitLoop(file, 3)
    await seen
  } finally {
    await storage.close()
  }
})
