import { sqliteStore } from '../../adapters/sqlite/index.ts'
import { newId } from '../../src/index.ts'

// A process of its own that appends batches of three and prints the ids of each once it is answered.
// Arguments: file, stream, how many batches (0: until it is killed).
const [file = '', stream = '', count = '0'] = process.argv.slice(2)
const store = sqliteStore({ file })
const one = async (batch: number): Promise<void> => {
  const events = Array.from({ length: 3 }, (_, n) => ({ id: newId(), stream, type: 'Happened', data: { batch, n } }))
  await store.append({ events, expect: { [stream]: 'any' } })
  process.stdout.write(`${events.map(({ id }) => id).join(' ')}\n`)
}
for (let batch = 0; count === '0' || batch < Number(count); batch += 4) {
  await Promise.all([batch, batch + 1, batch + 2, batch + 3].map(one))
}
await store.close()
