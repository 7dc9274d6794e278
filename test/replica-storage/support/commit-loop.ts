import { sqliteStorage } from '../../../adapters/sqlite/replica-storage.ts'

/**
 * A process of its own: commits to `file`, `times` times, and prints each number when it is acknowledged.
 * Each transaction writes three spaces, so that half of one would show.
 */
const [file = '', times = '0'] = process.argv.slice(2)
const storage = sqliteStorage({ file })
for (let n = 0; n < Number(times); n += 1) {
  const count = await storage.transact('durable', async (transaction) => {
    const next = Number((await transaction.get('meta', 'count'))?.value ?? '0') + 1
    transaction.put('receipts', { key: `receipt-${next}`, value: String(next) })
    transaction.put('pending', { key: next, streams: ['Dog-a', `Dog-${next}`], value: 'x'.repeat(next % 5000) })
    transaction.put('meta', { key: 'count', value: String(next) })
    return next
  })
  process.stdout.write(`${count}\n`)
}
await storage.close()
