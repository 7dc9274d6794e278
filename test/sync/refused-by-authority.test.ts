import { expect, test } from 'vitest'
import { createApplication, defineAggregate } from '../../src/index.ts'
import { memoryReplica } from '../../src/sync/index.ts'
import { inboxEntries } from '../../src/sync/replica/inbox.ts'
import { Ledger } from '../../src/sync/client/ledger.ts'
import { Dog, DogModel } from '../examples/dog.ts'
import { altered } from '../support/altered-store.ts'

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

test('an object saved and refused is not saved on top of what others made of its stream', async () => {
  const replica = memoryReplica()
  const school = createApplication({ name: 'School', aggregates: [Dog], store: replica })
  replica.attach(school.registry)
  const fido = new DogModel('fido').register('Fido')
  const { commitId, recorded } = await school.save(fido)
  const ledger = new Ledger(replica)
  await ledger.lead([''])
  const result = { commit: commitId, outcome: 'refused', code: 'not-permitted', message: 'no' } as const
  await ledger.settle([{ seq: 1, eventIds: recorded.map(({ id }) => id), result }])
  await school.execute(Dog, 'fido', 'register', 'Rex')
  await expect(school.save(fido.addTrick('sit'))).rejects.toMatchObject({ code: 'version-conflict' })
})

test('a refusal is kept without the states where they are no JSON', async () => {
  const Account = defineAggregate({
    type: 'Account',
    initial: 0n,
    events: { Paid: (sum, e: { cents: string }) => sum + BigInt(e.cents) },
    commands: { pay: ({ emit }, cents: string) => emit.Paid({ cents }) },
  })
  const replica = memoryReplica()
  const bank = createApplication({ name: 'Bank', aggregates: [Account], store: replica })
  replica.attach(bank.registry)
  const { commitId, recorded } = await bank.execute(Account, 'ann', 'pay', '12')
  const ledger = new Ledger(replica)
  await ledger.lead([''])
  const result = { commit: commitId, outcome: 'refused', code: 'not-permitted', message: 'no' } as const
  await ledger.settle([{ seq: 1, eventIds: recorded.map(({ id }) => id), result }])
  const [entry] = await replica.read(inboxEntries)
  expect(entry).toMatchObject({ commitId, code: 'not-permitted', command: { args: ['12'] } })
  expect(entry).not.toHaveProperty('before')
})

test('a state is read whole, also when what it was remembered from is refused meanwhile', async () => {
  const replica = memoryReplica()
  let between: (() => Promise<unknown>) | undefined
  const store = altered(replica, {
    replica: replica.replica,
    async *readStream(stream, range) {
      await between?.()
      between = undefined
      yield* replica.readStream(stream, range)
    },
  })
  const school = createApplication({ name: 'School', aggregates: [Dog], store })
  replica.attach(school.registry)
  const ledger = new Ledger(replica)
  await ledger.lead([''])
  const { commitId, recorded } = await school.execute(Dog, 'fido', 'register', 'Fido')
  between = async () => {
    const result = { commit: commitId, outcome: 'refused', code: 'not-permitted', message: 'no' } as const
    await ledger.settle([{ seq: 1, eventIds: recorded.map(({ id }) => id), result }])
    const others = createApplication({ name: 'School', aggregates: [Dog], store: replica })
    await others.save(new DogModel('fido').register('Rex').addTrick('sit'))
  }
  expect(await school.get(Dog, 'fido')).toEqual({ state: { name: 'Rex', tricks: ['sit'] }, version: 1 })
})
