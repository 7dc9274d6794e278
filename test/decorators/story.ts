import assert from 'node:assert/strict'
import { createApplication, isHeadwaterError, memoryStore } from '../../src/index.ts'
import { Dog, DogModel } from '../examples/dog.ts'
import { DecoratedDog, Nested, Twice } from './decorated-dog.ts'

/** The class style with decorators, told the same under either kind: throws where it does not hold. */
export async function decoratorStory(): Promise<void> {
  const store = memoryStore()
  const functional = createApplication({ name: 'A', aggregates: [Dog], store })
  const decorated = createApplication({ name: 'B', aggregates: [DecoratedDog], store })
  await functional.execute(Dog, 'fido', 'register', 'Fido')
  const fido = await decorated.load(DecoratedDog, 'fido')
  fido.addTrick({ trick: 'sit' })
  assert.deepEqual(fido.tricks, ['sit'])
  await decorated.save(fido)
  assert.deepEqual((await functional.load(DogModel, 'fido')).state, { name: 'Fido', tricks: ['sit'] })
  assert.deepEqual((await decorated.load(DecoratedDog, 'fido')).tricks, ['sit'])
  assert.throws(
    () => new Twice('x'),
    (error) => isHeadwaterError(error, 'duplicate-name'),
  )
  assert.throws(
    () => new Nested('x').outer(),
    (error) => isHeadwaterError(error, 'not-supported'),
  )
}
