// Compiled by `npm run check`, never run: what must, and what must not, compile.
import type { Application } from '../../src/index.ts'
import { defineAggregate } from '../../src/index.ts'
import { Dog, DogModel } from '../examples/dog.ts'

declare const app: Application

export async function compiles(): Promise<void> {
  await app.execute(Dog, 'fido', 'register', 'Fido')
  const { state } = await app.get(Dog, 'fido')
  const name: string = state.name
  const tricks: readonly string[] = state.tricks
  const fido: DogModel = await app.load(DogModel, 'fido')
  const defined = await app.load(Dog, 'fido')
  defined.run('addTrick', 'sit')
  await app.save(fido, defined)
  void [name, tricks]
}

export async function doesNotCompile(): Promise<void> {
  // @ts-expect-error no such command
  await app.execute(Dog, 'fido', 'bark')
  // @ts-expect-error wrong argument
  await app.execute(Dog, 'fido', 'register', 7)
  // @ts-expect-error missing argument
  await app.execute(Dog, 'fido', 'register')
  // @ts-expect-error too many arguments
  await app.execute(Dog, 'fido', 'register', 'Fido', 'again')
  // @ts-expect-error no such state
  void (await app.get(Dog, 'fido')).state.age
  // @ts-expect-error the state is read-only
  ;(await app.get(Dog, 'fido')).state.tricks.push('x')
  // @ts-expect-error no such command on the object
  ;(await app.load(Dog, 'fido')).run('bark')
  // @ts-expect-error emit is for the class itself
  new DogModel('fido').emit
}

defineAggregate({
  type: 'Cat',
  initial: { name: '' },
  events: {
    Named: (cat, e: { name: string }) => ({ ...cat, name: e.name }),
    Left: (cat) => cat,
  },
  commands: {
    name({ emit, state }, name: string) {
      emit.Named({ name })
      emit.Left()
      // @ts-expect-error wrong payload
      emit.Named({ nam: name })
      // @ts-expect-error no payload
      emit.Named()
      // @ts-expect-error no such event
      emit.Barked({})
      // @ts-expect-error an event without data
      emit.Left({ to: 'x' })
      // @ts-expect-error no such state
      void state.age
    },
  },
})

defineAggregate({
  type: 'Bad',
  initial: { name: '' },
  // @ts-expect-error an event gives a whole state
  events: { Named: (_, e: { name: string }) => ({ nam: e.name }) },
})
