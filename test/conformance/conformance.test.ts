import { afterAll, describe, expect, it } from 'vitest'
import { skipReason, storeConformance } from '../../src/testing.ts'
import { adapterNames, openHarness } from './registry.ts'

for (const name of adapterNames(process.env['HEADWATER_ADAPTERS'])) {
  const { harness, close } = await openHarness(name)
  describe(`the ${name} store`, () => {
    afterAll(close)
    for (const testCase of storeConformance) {
      const reason = skipReason(testCase, harness)
      if (reason === undefined) it(testCase.name, () => testCase.run(harness))
      else {
        process.stdout.write(`skipped: ${testCase.name}: ${reason}\n`)
        it.skip(`${testCase.name} [${reason}]`, () => undefined)
      }
    }
  })
}

describe('the suite', () => {
  it('has a case for each point of the contract, each under a name of its own', () => {
    const points = new Set(storeConformance.map(({ name }) => Number.parseInt(name, 10)))
    expect([...points].sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10])
    expect(new Set(storeConformance.map(({ name }) => name)).size).toBe(storeConformance.length)
  })

  it('fails for an adapter nobody knows', async () => {
    await expect(openHarness('memroy')).rejects.toThrow('unknown adapter "memroy"')
    await expect(openHarness('toString')).rejects.toThrow('unknown adapter')
  })
})
