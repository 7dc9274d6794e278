import type { ConformanceReport } from '../../../src/testing.ts'
import { idbReplica } from '../../../adapters/idb/index.ts'
import { runConformance } from '../../../src/testing.ts'

/** Runs the store suite on IndexedDB replicas, in the page. */
export function runIdbConformance(): Promise<ConformanceReport> {
  return runConformance({
    name: 'idb replica',
    capabilities: { multiStream: true, idScope: 'stream', durable: true, maxBatch: 100 },
    reopens: true,
    twoConnections: true,
    // A case with a thousand contended commits takes its time on a slow disk.
    timeoutMs: 120_000,
    open: (name) => Promise.resolve(idbReplica({ name })),
  })
}
