import type { RecordedEvent } from '../../src/index.ts'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createApplication, newId } from '../../src/index.ts'
import { Ledger } from '../../src/sync/client/ledger.ts'
import { memoryReplica } from '../../src/sync/index.ts'
import { ViewFold } from '../../src/react/view-fold.ts'
import { defineView } from '../../src/react.ts'
import { Dog } from '../examples/dog.ts'

const seen = defineView({
  initial: [] as readonly string[],
  on: (events, { stream, version, position }) => [...events, `${stream}@${version}:${position}`],
})

type Step = 'mine' | 'theirs' | 'confirm' | 'refuse' | 'refollow'
const steps = fc.array(fc.constantFrom<Step[]>('mine', 'theirs', 'confirm', 'refuse', 'refollow'), { maxLength: 25 })

test('a fold kept up to date is the fold from scratch, whatever happened in between', async () => {
  await fc.assert(
    fc.asyncProperty(steps, async (story) => {
      const replica = memoryReplica()
      const school = createApplication({ name: 'School', aggregates: [Dog], store: replica })
      replica.attach(school.registry)
      const ledger = new Ledger(replica)
      await ledger.lead([''])
      await ledger.bind(newId())
      const kept = new ViewFold(school, seen)
      let shown = seen.initial
      let head = 0
      let dogs = 0
      const take = async (events: readonly RecordedEvent[]): Promise<void> => {
        const upTo = head + events.length
        await ledger.take('', { after: head, upTo, events: events.map((event, i) => ({ ...event, position: head + i + 1 })) })
        head = upTo
      }
      for (const step of story) {
        const [commit] = await ledger.toPush((await ledger.pendingAfter(0, 1)).map(({ seq }) => seq))
        if (step === 'mine') await school.execute(Dog, `mine${dogs++}`, 'register', 'Mine')
        if (step === 'theirs') {
          const stream = `Dog-theirs${dogs++}`
          await take([
            { id: newId(), stream, version: 0, position: 0, type: 'Registered', data: { name: 'Theirs' }, metadata: {} },
          ])
        }
        if (step === 'confirm' && commit) await take(commit.events.map((event) => ({ ...event, position: 0 })))
        if (step === 'refuse' && commit) {
          const result = { commit: commit.id, outcome: 'refused', code: 'not-permitted', message: 'no' } as const
          await ledger.settle([{ seq: commit.seq, eventIds: commit.events.map(({ id }) => id), result }])
        }
        if (step === 'refollow') {
          await ledger.lead(['Cat-'])
          await ledger.lead([''])
          head = 0
        }
        shown = await kept.read(shown)
        expect(shown).toEqual(await new ViewFold(school, seen).read(seen.initial))
        expect(await kept.read(shown)).toBe(shown)
      }
    }),
    { numRuns: 60 },
  )
})
