import { describe, expect, it } from 'vitest'
import type { PushResult } from '../../src/sync/index.ts'
import { encodeMessage, PROTOCOL } from '../../src/sync/index.ts'
import { fixturesOf } from './fixtures.ts'
import { decode, KINDS, OUTCOMES } from './messages.ts'

for (let version: number = PROTOCOL.min; version <= PROTOCOL.max; version++) {
  const fixtures = fixturesOf(version)

  describe(`protocol version ${version}`, () => {
    it.each(fixtures)('decodes $name, and encodes it to the same text', ({ frame }) => {
      expect(encodeMessage(decode(frame))).toBe(frame)
    })

    it('has a fixture for each kind of message, and for each answer to a commit', () => {
      const messages = fixtures.map(({ frame }) => decode(frame))
      expect([...new Set(messages.map(({ type }) => type))].toSorted()).toEqual(KINDS.toSorted())
      const results = messages.flatMap((message): readonly PushResult[] => (message.type === 'pushed' ? message.results : []))
      expect([...new Set(results.map(({ outcome }) => outcome))].toSorted()).toEqual(OUTCOMES.toSorted())
    })

    it('names each fixture after who says it, and the message', () => {
      for (const { name, frame } of fixtures) expect(name.split('.')[1]).toBe(decode(frame).type)
    })
  })
}
