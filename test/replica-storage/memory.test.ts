import type { MemoryDisk } from '../../src/sync/replica/memory-storage.ts'
import { memoryDisk, memoryStorage } from '../../src/sync/replica/memory-storage.ts'
import { runSuite } from './run-suite.ts'

const disks = new Map<string, MemoryDisk>()

runSuite({
  name: 'memory',
  persistent: false,
  async open(name) {
    const disk = disks.get(name) ?? memoryDisk(name)
    disks.set(name, disk)
    return memoryStorage(disk)
  },
  async destroy(name) {
    disks.delete(name)
  },
})
