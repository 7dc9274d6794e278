import type { ConformanceCase, StoreHarness } from './harness.ts'
import { skipReason } from './harness.ts'
import { storeConformance } from './store-conformance.ts'

/** What became of one case. */
export type CaseResult =
  | { readonly name: string; readonly outcome: 'passed'; readonly ms: number }
  | { readonly name: string; readonly outcome: 'failed'; readonly ms: number; readonly error: unknown }
  | { readonly name: string; readonly outcome: 'skipped'; readonly reason: string }

/** What {@link runConformance} resolves to. */
export interface ConformanceReport {
  readonly passed: number
  readonly failed: number
  readonly skipped: number
  readonly results: readonly CaseResult[]
}

/** What {@link runConformance} can be given. */
export interface RunConformanceOptions {
  /** The cases to run. Default: all of {@link storeConformance}. */
  readonly cases?: readonly ConformanceCase[]
  /** Called after each case. */
  readonly onResult?: (result: CaseResult) => void
}

/**
 * Runs the store contract's cases one after the other, with no test framework: on a page, in a worker, anywhere.
 *
 * It never rejects because of the store: a broken contract is a failed case.
 *
 * @example
 * const { failed, results } = await runConformance(harness, { onResult: (result) => console.log(result.outcome, result.name) })
 */
export async function runConformance(harness: StoreHarness, options: RunConformanceOptions = {}): Promise<ConformanceReport> {
  const results: CaseResult[] = []
  for (const testCase of options.cases ?? storeConformance) {
    const result = await runCase(testCase, harness)
    results.push(result)
    options.onResult?.(result)
  }
  const count = (outcome: CaseResult['outcome']): number => results.filter((result) => result.outcome === outcome).length
  return { passed: count('passed'), failed: count('failed'), skipped: count('skipped'), results }
}

async function runCase(testCase: ConformanceCase, harness: StoreHarness): Promise<CaseResult> {
  const { name } = testCase
  const reason = skipReason(testCase, harness)
  if (reason !== undefined) return { name, outcome: 'skipped', reason }
  const start = Date.now()
  try {
    await testCase.run(harness)
    return { name, outcome: 'passed', ms: Date.now() - start }
  } catch (error) {
    return { name, outcome: 'failed', ms: Date.now() - start, error }
  }
}
