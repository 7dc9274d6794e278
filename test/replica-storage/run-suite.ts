import { describe, test } from 'vitest'
import type { StorageHarness } from '../../src/sync/conformance/storage-harness.ts'
import { storageSkipReason } from '../../src/sync/conformance/storage-harness.ts'
import { storageConformance } from '../../src/sync/conformance/storage-conformance.ts'

/** One test for each sentence of the storage contract. */
export function runSuite(harness: StorageHarness): void {
  describe(`replica storage ${harness.name}`, () => {
    for (const testCase of storageConformance) {
      const reason = storageSkipReason(testCase, harness)
      test.skipIf(reason !== undefined)(reason === undefined ? testCase.name : `${testCase.name} (${reason})`, () =>
        testCase.run(harness),
      )
    }
  })
}
