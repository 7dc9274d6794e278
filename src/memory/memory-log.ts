import type { PreparedEvent } from '../batch.ts'
import type { RecordedEvent } from '../event.ts'
import { recordedEvent } from '../batch.ts'
import { newId } from '../ids.ts'
import { Listeners } from '../listeners.ts'

/** An event as {@link MemoryLog} keeps it. */
export interface MemoryRow extends PreparedEvent {
  readonly version: number
  readonly position: number
}

/** The database behind memory stores: give one to several of them and they are connections to it. */
export class MemoryLog {
  readonly id: string = newId()
  readonly changes: Listeners = new Listeners()
  readonly #rows: MemoryRow[] = []
  readonly #streams = new Map<string, MemoryRow[]>()
  readonly #ids = new Map<string, MemoryRow>()

  /** Position p is at index p - 1. */
  get rows(): readonly MemoryRow[] {
    return this.#rows
  }

  /** Version v is at index v. */
  streamRows(stream: string): readonly MemoryRow[] {
    return this.#streams.get(stream) ?? []
  }

  find(id: string): RecordedEvent | undefined {
    const row = this.#ids.get(id)
    return row && recordedEvent(row, row.version, row.position)
  }

  write(events: readonly PreparedEvent[]): readonly MemoryRow[] {
    const written = events.map((event) => {
      const stream = this.#streams.get(event.stream) ?? []
      const row = { ...event, version: stream.length, position: this.#rows.length + 1 }
      this.#streams.set(event.stream, stream)
      stream.push(row)
      this.#rows.push(row)
      this.#ids.set(row.id, row)
      return row
    })
    if (written.length > 0) this.changes.notify()
    return written
  }
}

/** A new, empty log for `memoryStore({ log })`. */
export function memoryLog(): MemoryLog {
  return new MemoryLog()
}
