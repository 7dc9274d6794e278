import type { MemoryDisk } from '../../src/sync/index.ts'
import type { OpenHarness } from './registry.ts'
import { memoryDisk, memoryReplica } from '../../src/sync/index.ts'

/** Replicas that never met an authority: a complete store each. */
export function memoryReplicaHarness(): OpenHarness {
  const disks = new Map<string, MemoryDisk>()
  return {
    harness: {
      name: 'memory replica',
      capabilities: { multiStream: true, idScope: 'stream', durable: false, maxBatch: 100 },
      reopens: true,
      twoConnections: true,
      open: (name) => {
        const disk = disks.get(name) ?? memoryDisk(name)
        disks.set(name, disk)
        return Promise.resolve(memoryReplica({ disk }))
      },
      failWrites(name) {
        const disk = disks.get(name)
        if (disk === undefined) throw new Error(`nothing was opened as ${name}`)
        disk.beforeCommit = () => {
          throw new Error('the medium does not answer')
        }
        return () => delete disk.beforeCommit
      },
      destroy: (name) => Promise.resolve(void disks.delete(name)),
    },
    close: () => Promise.resolve(),
  }
}
