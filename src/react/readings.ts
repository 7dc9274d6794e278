import type { Application } from '../application/application.ts'
import type { Registry } from '../application/registry.ts'
import type { Watch } from './changes.ts'
import { Reading } from './reading.ts'
import { changesOf } from './changes.ts'

/** How many readings that nobody shows any more are kept, so that going back to them shows something at once. */
const UNUSED_KEPT = 100

/** Something that can be read, as a hook shows it. */
export interface Read<T> {
  readonly value: T
  /** Until the first read has succeeded or failed; `value` is the initial one as long. */
  readonly loading: boolean
  /** Why the last read failed; `value` is that of the read before. */
  readonly error?: unknown
}

/** All that components read of one application: two that read the same share one {@link Reading}. */
export class Readings {
  readonly #watch: Watch
  readonly #byKey = new WeakMap<object, Map<string, Reading<Read<unknown>>>>()

  constructor(application: Application) {
    this.#watch = changesOf(application.store)
  }

  /**
   * The reading of that owner and name, made when first asked for.
   *
   * @param read gives `before` itself back when nothing changed
   */
  of<T>(owner: object, name: string, initial: T, makeRead: () => (before: T) => Promise<T>): Reading<Read<T>> {
    const named = this.#byKey.get(owner) ?? new Map<string, Reading<Read<unknown>>>()
    this.#byKey.set(owner, named)
    const known = named.get(name)
    // One owner and name always stand for one type: the owner is the definition or view that types the value.
    if (known !== undefined) return known as Reading<Read<T>>
    const read = makeRead()
    const reading = new Reading<Read<T>>({
      initial: { value: initial, loading: true },
      read: async (before) => {
        const value = await read(before.value)
        return value === before.value && !before.loading && before.error === undefined ? before : { value, loading: false }
      },
      failed: ({ value }, error) => ({ value, loading: false, error }),
      watch: this.#watch,
    })
    makeRoom(named)
    named.set(name, reading as Reading<Read<unknown>>)
    return reading
  }
}

function makeRoom(named: Map<string, Reading<Read<unknown>>>): void {
  if (named.size < UNUSED_KEPT) return
  for (const [name, reading] of named) {
    if (reading.used) continue
    named.delete(name)
    return
  }
}

const known = new WeakMap<Registry, Readings>()

/** The readings of an application, the same for every view of it that `with` gives. */
export function readingsOf(application: Application): Readings {
  // Also without a provider above both: two roots of one page read once.
  const readings = known.get(application.registry) ?? new Readings(application)
  known.set(application.registry, readings)
  return readings
}
