import type { Capabilities, EventStore } from '../store.ts'

/** What a case may need that not every store has; a case whose needs are not met is skipped, with the reason. */
export type Need = 'two-connections' | 'reopening' | 'multi-stream' | 'single-stream' | 'store-ids' | 'write-faults'

/**
 * How the conformance suite gets at a store: you write one for each adapter.
 *
 * @example
 * const harness: StoreHarness = {
 *   name: 'sqlite',
 *   capabilities: { multiStream: true, idScope: 'store', durable: true },
 *   reopens: true,
 *   twoConnections: true,
 *   open: async (name) => sqliteStore({ file: join(folder, `${name}.db`) }),
 *   destroy: async (name) => rm(join(folder, `${name}.db`), { force: true }),
 * }
 */
export interface StoreHarness {
  /** For reports. */
  readonly name: string
  /** What the stores it opens must declare. */
  readonly capabilities: Capabilities
  /** Whether a log is still there when it is opened after its last connection was closed. */
  readonly reopens: boolean
  /** Whether opening a name that is open gives a second connection to the same log. */
  readonly twoConnections: boolean
  /** How long a case may take before it fails. Default 30,000. */
  readonly timeoutMs?: number
  /** Opens the log of that name, empty if it is new: a connection of its own each time. Names are letters, digits and `-`. */
  open(name: string): Promise<EventStore>
  /** Frees what the log of that name holds; its connections are closed by then. */
  destroy?(name: string): Promise<void>
  /** From now on each write to that log meets a full or failing storage; returns what heals it. */
  failWrites?(name: string): () => void
}

/** One sentence of the store contract, checked. `run` rejects when the store does not keep it. */
export interface ConformanceCase {
  /** Starts with the number of the contract's point. */
  readonly name: string
  readonly needs?: readonly Need[]
  run(harness: StoreHarness): Promise<void>
}

/** Why a case cannot be run against a harness; `undefined` when it can. */
export function skipReason(testCase: ConformanceCase, harness: StoreHarness): string | undefined {
  const unmet = (testCase.needs ?? []).filter((need) => !has(harness, need))
  return unmet.length === 0 ? undefined : `${harness.name}: ${unmet.map((need) => reasons[need]).join('; ')}`
}

const reasons: Readonly<Record<Need, string>> = {
  'two-connections': 'opening a name twice gives no second connection',
  reopening: 'a log does not outlive its last connection',
  'multi-stream': 'a batch cannot span several streams',
  'single-stream': 'a batch can span several streams',
  'store-ids': 'event ids are known in their own stream only',
  'write-faults': 'the harness cannot make writes fail',
}

function has(harness: StoreHarness, need: Need): boolean {
  switch (need) {
    case 'two-connections':
      return harness.twoConnections
    case 'reopening':
      return harness.reopens
    case 'multi-stream':
      return harness.capabilities.multiStream
    case 'single-stream':
      return !harness.capabilities.multiStream
    case 'store-ids':
      return harness.capabilities.idScope === 'store'
    case 'write-faults':
      return harness.failWrites !== undefined
  }
}
