import type { StoreHarness } from '../../src/testing.ts'

/** A harness, and what frees everything it made. */
export interface OpenHarness {
  readonly harness: StoreHarness
  close(): Promise<void>
}

/** Every adapter that can be tested on Node; a new one is a line here. */
const adapters: Readonly<Record<string, () => Promise<OpenHarness>>> = {
  memory: async () => (await import('./memory-harness.ts')).memoryHarness(),
  'memory-replica': async () => (await import('./memory-replica-harness.ts')).memoryReplicaHarness(),
  'sqlite-replica': async () => (await import('./sqlite-replica-harness.ts')).sqliteReplicaHarness(),
  sqlite: async () => (await import('./sqlite-harness.ts')).sqliteHarness(),
}

/** The adapters to test: all, or those that `HEADWATER_ADAPTERS` names, separated by commas. */
export function adapterNames(selection: string | undefined): readonly string[] {
  if (selection === undefined || selection === '') return Object.keys(adapters)
  return selection.split(',').map((name) => name.trim())
}

/** Opens the harness of that name; an unknown name is an error, so that a typing mistake does not pass as green. */
export async function openHarness(name: string): Promise<OpenHarness> {
  const open = Object.hasOwn(adapters, name) ? adapters[name] : undefined
  if (open === undefined) throw new Error(`unknown adapter "${name}", expected one of ${Object.keys(adapters).join(', ')}`)
  return open()
}
