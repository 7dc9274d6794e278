import { Buffer } from 'node:buffer'
import type { RecordedEvent } from '../../src/index.ts'
import { recordedEvent } from '../../src/index.ts'

/** A row of the events table. */
export interface EventRow {
  readonly position: number
  readonly stream: string
  readonly version: number
  readonly type: string
  readonly id: Buffer
  readonly payload: string
}

export const EVENT_COLUMNS = 'position, stream, version, type, id, payload'

/** A UUID's 16 bytes. By hand: it is done for every event, and decoding through a shorter string took four times as long. */
export function idBytes(id: string): Buffer {
  const bytes = Buffer.allocUnsafe(16)
  let from = 0
  for (let to = 0; to < 16; to++) {
    if (id.charCodeAt(from) === DASH) from++
    bytes[to] = (digit(id.charCodeAt(from)) << 4) | digit(id.charCodeAt(from + 1))
    from += 2
  }
  return bytes
}

const DASH = 45

/** Of a lower-case hexadecimal digit: `0` is 48, `a` is 97. */
function digit(code: number): number {
  return code < 97 ? code - 48 : code - 87
}

export function rowEvent(row: EventRow): RecordedEvent {
  return recordedEvent(
    { id: idText(row.id), stream: row.stream, type: row.type, payload: row.payload },
    row.version,
    row.position,
  )
}

function idText(bytes: Buffer): string {
  const hex = bytes.toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}
