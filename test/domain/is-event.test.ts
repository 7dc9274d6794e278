import { expect, test } from 'vitest'
import { createApplication, defineAggregate, isEvent, memoryStore } from '../../src/index.ts'
import { Dog } from '../examples/dog.ts'

const Cat = defineAggregate({
  type: 'Cat',
  initial: { name: '' },
  events: { Registered: (_, e: { name: string }) => ({ ...e }) },
  commands: { register: ({ emit }, name: string) => emit.Registered({ name }) },
})

test('the log is read with typed data: the event of that name, of that aggregate only', async () => {
  await using school = createApplication({ name: 'School', aggregates: [Dog, Cat], store: memoryStore() })
  await school.execute(Cat, 'tom', 'register', 'Tom')
  await school.execute(Dog, 'fido', 'register', 'Fido')
  await school.execute(Dog, 'fido', 'addTrick', 'sit')
  const names: string[] = []
  for await (const event of school.log()) if (isEvent(event, Dog, 'Registered')) names.push(event.data.name)
  expect(names).toEqual(['Fido'])
})
