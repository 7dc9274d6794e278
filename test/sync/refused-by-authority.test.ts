import { expect, test } from 'vitest'
import { createApplication } from '../../src/index.ts'
import { memoryReplica } from '../../src/sync/index.ts'
import { Ledger } from '../../src/sync/client/ledger.ts'
import { Dog } from '../examples/dog.ts'

test('a state remembered from a commit is forgotten when the authority refuses the commit', async () => {
  const replica = memoryReplica()
  const school = createApplication({ name: 'School', aggregates: [Dog], store: replica })
  replica.attach(school.registry)
  const { commitId, recorded } = await school.execute(Dog, 'fido', 'register', 'Fido')
  const ledger = new Ledger(replica)
  await ledger.lead([''])
  const result = { commit: commitId, outcome: 'refused', code: 'not-permitted', message: 'no' } as const
  await ledger.settle([{ seq: 1, eventIds: recorded.map(({ id }) => id), result }])
  expect(await school.get(Dog, 'fido')).toEqual({ state: Dog.initial, version: -1 })
})
