import { defineAggregate } from 'headwater'

/** A kind of aggregate whose events are about 200 bytes as stored JSON, and whose state stays small. */
export const Note = defineAggregate({
  type: 'Note',
  initial: { count: 0, last: '' },
  events: { Written: (note, e: { text: string }) => ({ count: note.count + 1, last: e.text }) },
  commands: { write: ({ emit }, text: string) => emit.Written({ text }) },
})

/** The text of a note: with it an event's data and metadata, as the application stores them, are about 200 bytes. */
export function textOf(n: number): string {
  return `note ${n} `.padEnd(70, 'abcdefghij')
}
