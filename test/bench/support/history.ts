import type { RecordedEvent } from 'headwater'
import { newId } from 'headwater'
import { textOf } from './notes.ts'

/** Confirmed events, each a commit of its own, as pages like those a server sends: about 256 K of text each. */
export function history(events: number, streamOf: (n: number) => string): readonly (readonly RecordedEvent[])[] {
  const versions = new Map<string, number>()
  const log = Array.from({ length: events }, (_, n): RecordedEvent => {
    const stream = streamOf(n)
    const version = (versions.get(stream) ?? -1) + 1
    versions.set(stream, version)
    const metadata = { commitId: newId(), time: new Date().toISOString() }
    return { id: newId(), stream, version, type: 'Written', data: { text: textOf(n) }, metadata, position: n + 1 }
  })
  const perPage = 750
  return Array.from({ length: Math.ceil(events / perPage) }, (_, page) => log.slice(page * perPage, (page + 1) * perPage))
}
