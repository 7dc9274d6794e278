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

/** A UUID's 16 bytes. */
export function idBytes(id: string): Buffer {
  return Buffer.from(id.replaceAll('-', ''), 'hex')
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
