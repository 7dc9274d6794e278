import { idbStorage } from '../../adapters/idb/index.ts'
import { runSuite } from './run-suite.ts'

runSuite({
  name: 'idb',
  persistent: true,
  open: async (name) => idbStorage({ name }),
  destroy: (name) =>
    new Promise((resolve, reject) => {
      const request = indexedDB.deleteDatabase(`headwater:${name}`)
      request.addEventListener('success', () => resolve())
      request.addEventListener('error', () => reject(new Error(`cannot delete "${name}"`, { cause: request.error })))
    }),
})
