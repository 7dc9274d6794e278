import type { EventStore, StreamRange } from '../../src/index.ts'
import { useEffect } from 'react'
import { expect, test } from 'vitest'
import { CommandRefused, createApplication, memoryStore } from '../../src/index.ts'
import { memoryDisk, memoryReplica } from '../../src/sync/index.ts'
import { Headwater, useAggregate } from '../../src/react.ts'
import { Dog } from '../examples/dog.ts'
import { render, until } from './support/render.tsx'

function appOn(store: EventStore) {
  return createApplication({ name: 'TrainingSchool', aggregates: [Dog], store })
}

function Tricks({ id, onRender }: { readonly id: string; readonly onRender?: () => void }) {
  const { state, version, loading, error } = useAggregate(Dog, id)
  onRender?.()
  if (error !== undefined) return <p>error</p>
  return <p>{loading ? 'loading' : `${state.name}@${version}: ${state.tricks.join(', ')};`}</p>
}

test.each([
  ['a replica', () => memoryReplica()],
  ['a plain store', () => memoryStore()],
])('over %s it shows what was there and what comes', async (_, store) => {
  const school = appOn(store())
  await school.execute(Dog, 'fido', 'register', 'Fido')
  const { text } = render(
    <Headwater application={school}>
      <Tricks id="fido" />
    </Headwater>,
  )
  await until(text, 'Fido@0: ;')
  await school.execute(Dog, 'fido', 'addTrick', 'sit')
  await until(text, 'Fido@1: sit;')
  await school.execute(Dog, 'fido', 'addTrick', 'roll')
  await until(text, 'Fido@2: sit, roll;')
})

test('what another tab did shows too', async () => {
  const disk = memoryDisk('shared')
  const [here, there] = [appOn(memoryReplica({ disk })), appOn(memoryReplica({ disk }))]
  const { text } = render(
    <Headwater application={here}>
      <Tricks id="rex" />
    </Headwater>,
  )
  await until(text, '@-1: ;')
  await there.execute(Dog, 'rex', 'register', 'Rex')
  await until(text, 'Rex@0: ;')
})

test('a command runs from the component, and a refusal reaches it', async () => {
  const school = appOn(memoryReplica()).with({ actor: 'ann' })
  let execute: ReturnType<typeof useAggregate<{ name: string }, object, (typeof Dog)['commands']>>['execute'] | undefined
  function Trainer() {
    const dog = useAggregate(Dog, 'fido')
    useEffect(() => {
      execute = dog.execute
    })
    return <p>{dog.state.tricks.join()}</p>
  }
  const { text } = render(
    <Headwater application={school}>
      <Trainer />
    </Headwater>,
  )
  await until(() => typeof execute, 'function')
  const first = await execute?.('addTrick', 'sit')
  expect(first?.recorded[0]?.metadata.actor).toBe('ann')
  await until(text, 'sit')
  await expect(execute?.('addTrick', 'sit')).rejects.toBeInstanceOf(CommandRefused)
})

test('components that show the same aggregate share its reads, and others are left alone', async () => {
  const store = memoryReplica()
  const reads: string[] = []
  const read = store.readStream.bind(store)
  store.readStream = (stream: string, range?: StreamRange) => {
    reads.push(stream)
    return read(stream, range)
  }
  const school = appOn(store)
  await school.execute(Dog, 'rex', 'register', 'Rex')
  await school.execute(Dog, 'fido', 'register', 'Fido')
  reads.length = 0
  let rendersOfRex = 0
  const { text } = render(
    <Headwater application={school}>
      <Tricks id="fido" />
      <Tricks id="fido" />
      <Tricks id="fido" />
      <Tricks id="rex" onRender={() => (rendersOfRex += 1)} />
    </Headwater>,
  )
  await until(text, 'Fido@0: ;Fido@0: ;Fido@0: ;Rex@0: ;')
  expect(reads.filter((stream) => stream === 'Dog-fido').length).toBeLessThanOrEqual(2)
  const rendered = rendersOfRex
  reads.length = 0
  await school.execute(Dog, 'fido', 'addTrick', 'sit')
  await until(text, 'Fido@1: sit;Fido@1: sit;Fido@1: sit;Rex@0: ;')
  expect(reads.filter((stream) => stream === 'Dog-fido').length).toBeLessThanOrEqual(2)
  expect(rendersOfRex).toBe(rendered)
})

test('nothing is watched or read any more once it is unmounted, and mounting again catches up', async () => {
  const store = memoryReplica()
  let watching = 0
  const { onChange } = store.replica
  Object.assign(store.replica, {
    onChange: (listener: () => void) => {
      watching += 1
      const stop = onChange(listener)
      return () => {
        watching -= 1
        stop()
      }
    },
  })
  const school = appOn(store)
  const shown = (
    <Headwater application={school}>
      <Tricks id="fido" />
    </Headwater>
  )
  const { root, text } = render(shown)
  await until(text, '@-1: ;')
  expect(watching).toBe(1)
  root.unmount()
  expect(watching).toBe(0)
  await school.execute(Dog, 'fido', 'register', 'Fido')
  const again = render(shown)
  await until(again.text, 'Fido@0: ;')
  again.root.unmount()
  expect(watching).toBe(0)
})

test('another id shows another aggregate', async () => {
  const school = appOn(memoryReplica())
  await school.execute(Dog, 'rex', 'register', 'Rex')
  await school.execute(Dog, 'fido', 'register', 'Fido')
  const of = (id: string) => (
    <Headwater application={school}>
      <Tricks id={id} />
    </Headwater>
  )
  const { text, show } = render(of('rex'))
  await until(text, 'Rex@0: ;')
  show(of('fido'))
  await until(text, 'Fido@0: ;')
})

test('a store that cannot be read shows as an error', async () => {
  const school = appOn(memoryReplica())
  await school.close()
  const { text } = render(
    <Headwater application={school}>
      <Tricks id="rex" />
    </Headwater>,
  )
  await until(text, 'error')
})
