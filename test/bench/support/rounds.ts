/** Measures something once and gives the number. */
export type Measure = (round: number) => Promise<number> | number

/**
 * Measures in turn, A B A B ..., so that what the machine does meanwhile slows all of them alike; one unmeasured
 * round comes first.
 */
export async function inTurn(rounds: number, ...measures: readonly Measure[]): Promise<readonly number[][]> {
  const found = measures.map((): number[] => [])
  for (let round = -1; round < rounds; round++) {
    for (const [n, measure] of measures.entries()) {
      const value = await measure(round)
      if (round >= 0) found[n]?.push(value)
    }
  }
  return found
}

/** How long some work takes, in milliseconds. */
export async function timed(work: () => unknown): Promise<number> {
  const start = performance.now()
  await work()
  return performance.now() - start
}

/** How often per second something happens that happens `count` times in some work. */
export async function rate(count: number, work: () => unknown): Promise<number> {
  return (count * 1000) / (await timed(work))
}
