import type { EventStore, MemoryLog, MemoryStoreOptions } from '../../src/index.ts'
import type { OpenHarness } from './registry.ts'
import { memoryLog, memoryStore } from '../../src/index.ts'

/** Memory logs by name; `wrap` puts a deliberately broken store around each connection. */
export function memoryHarness(wrap: (store: EventStore, log: MemoryLog) => EventStore = (store) => store): OpenHarness {
  const logs = new Map<string, MemoryLog>()
  const failing = new Set<string>()
  const open = (name: string): EventStore => {
    const log = logs.get(name) ?? memoryLog()
    logs.set(name, log)
    const options: MemoryStoreOptions = {
      log,
      beforeWrite: () => {
        if (failing.has(name)) throw new Error('the medium does not answer')
      },
    }
    return wrap(memoryStore(options), log)
  }
  return {
    harness: {
      name: 'memory',
      capabilities: { multiStream: true, idScope: 'store', durable: false },
      reopens: true,
      twoConnections: true,
      open: async (name) => open(name),
      destroy: async (name) => void logs.delete(name),
      failWrites: (name) => {
        failing.add(name)
        return () => failing.delete(name)
      },
    },
    close: async () => logs.clear(),
  }
}
