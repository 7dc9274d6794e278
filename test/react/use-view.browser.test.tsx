import { expect, test } from 'vitest'
import { createApplication, isEvent, memoryStore, newId } from '../../src/index.ts'
import { memoryReplica } from '../../src/sync/index.ts'
import { Ledger } from '../../src/sync/client/ledger.ts'
import { defineView, Headwater, useView } from '../../src/react.ts'
import { Dog } from '../examples/dog.ts'
import { render, until } from './support/render.tsx'

function dogs(seen: string[]) {
  return defineView({
    initial: [] as readonly string[],
    categories: ['Dog'],
    on: (names, event) => {
      seen.push(event.id)
      return isEvent(event, Dog, 'Registered') ? [...names, event.data.name] : names
    },
  })
}

function listOf(view: ReturnType<typeof dogs>) {
  return function Names() {
    const { state, loading } = useView(view)
    return <p>{loading ? 'loading' : state.join()}</p>
  }
}

test('over a plain store it folds each event once', async () => {
  const school = createApplication({ name: 'School', aggregates: [Dog], store: memoryStore() })
  await school.execute(Dog, 'a', 'register', 'Ann')
  const seen: string[] = []
  const Names = listOf(dogs(seen))
  const { text } = render(
    <Headwater application={school}>
      <Names />
      <Names />
    </Headwater>,
  )
  await until(text, 'AnnAnn')
  await school.execute(Dog, 'b', 'register', 'Bob')
  await until(text, 'Ann,BobAnn,Bob')
  expect(new Set(seen).size).toBe(seen.length)
})

test('over a replica it shows what is pending on top of what is confirmed', async () => {
  const replica = memoryReplica()
  const school = createApplication({ name: 'School', aggregates: [Dog], store: replica })
  replica.attach(school.registry)
  const seen: string[] = []
  const Names = listOf(dogs(seen))
  const { text } = render(
    <Headwater application={school}>
      <Names />
    </Headwater>,
  )
  const mine = await school.execute(Dog, 'mine', 'register', 'Mine')
  await until(text, 'Mine')

  const ledger = new Ledger(replica)
  await ledger.lead([''])
  await ledger.bind(newId())
  const event = (position: number, stream: string, name: string) => {
    return { id: newId(), stream, version: 0, position, type: 'Registered', data: { name }, metadata: {} }
  }
  const theirs = event(1, 'Dog-theirs', 'Theirs')
  await ledger.take('', { after: 0, upTo: 1, events: [theirs] })
  await until(text, 'Theirs,Mine')

  const confirmed = mine.recorded.map((recorded) => ({ ...recorded, position: 2 }))
  await ledger.take('', { after: 1, upTo: 2, events: confirmed })
  await ledger.take('', { after: 2, upTo: 3, events: [event(3, 'Dog-late', 'Late')] })
  await until(text, 'Theirs,Mine,Late')
  expect(seen.filter((id) => id === theirs.id)).toHaveLength(1)
})

test('what was rolled back is gone from it', async () => {
  const replica = memoryReplica()
  const school = createApplication({ name: 'School', aggregates: [Dog], store: replica })
  replica.attach(school.registry)
  const Names = listOf(dogs([]))
  const { text } = render(
    <Headwater application={school}>
      <Names />
    </Headwater>,
  )
  const { commitId, recorded } = await school.execute(Dog, 'mine', 'register', 'Mine')
  await until(text, 'Mine')
  const ledger = new Ledger(replica)
  await ledger.lead([''])
  const result = { commit: commitId, outcome: 'refused', code: 'not-permitted', message: 'no' } as const
  await ledger.settle([{ seq: 1, eventIds: recorded.map(({ id }) => id), result }])
  await until(text, '')
})
