import { describe, expect, it } from 'vitest'
import { runConformance, storeConformance } from '../../src/testing.ts'
import { brokenStores, wrapped } from './broken-stores.ts'
import { memoryHarness } from './memory-harness.ts'

describe('the conformance suite turns red for a store that', () => {
  for (const { what, point, wrap } of brokenStores) {
    it(`${what}, in a case of point ${point}`, async () => {
      const { harness, close } = memoryHarness(wrap)
      // Short, because a lost event shows as waiting for ever.
      const cases = storeConformance.filter(({ name }) => name.startsWith(`${point}. `))
      const { failed } = await runConformance({ ...harness, timeoutMs: 1500 }, { cases })
      await close()
      expect(failed).toBeGreaterThan(0)
    })
  }

  it('breaks nothing is not among them', async () => {
    const { harness, close } = memoryHarness((store, log) => wrapped(store, log, () => ({})))
    const { results } = await runConformance(harness)
    await close()
    expect(results.filter(({ outcome }) => outcome === 'failed')).toEqual([])
  })

  it('is there for each point', () => {
    expect(new Set(brokenStores.map(({ point }) => point)).size).toBe(10)
  })
})
