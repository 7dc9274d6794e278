import { describe, expect, it } from 'vitest'
import type { EventStore, Verdict } from '../../src/index.ts'
import { CommandRefused, createApplication, defineAggregate, memoryStore, VersionConflict } from '../../src/index.ts'
import { memoryReplica } from '../../src/sync/index.ts'
import { Dog, DogModel } from '../examples/dog.ts'
import { all } from '../support/all.ts'

const defineLamp = (type = 'Lamp') =>
  defineAggregate({
    type,
    initial: false,
    events: { On: () => true, Off: () => false },
    commands: {
      on: ({ state, emit, refuse }) => (state ? refuse('is-on', 'it is on') : emit.On()),
      off: ({ emit }) => emit.Off(),
      nothing: () => undefined,
    },
  })

const stores: Record<string, () => EventStore> = { memory: () => memoryStore(), 'memory replica': () => memoryReplica() }

for (const [name, open] of Object.entries(stores)) {
  describe(`an application over a ${name} store`, () => {
    const school = (store = open()) => createApplication({ name: 'School', aggregates: [Dog], store })

    it('stores what commands emit and rebuilds the state from it', async () => {
      await using app = school()
      const { recorded } = await app.execute(Dog, 'fido', 'register', 'Fido')
      await app.execute(Dog, 'fido', 'addTrick', 'roll over')
      expect(recorded.map(({ type, version }) => [type, version])).toEqual([['Registered', 0]])
      expect(await app.get(Dog, 'fido')).toEqual({ state: { name: 'Fido', tricks: ['roll over'] }, version: 1 })
    })

    it('gives earlier versions, and says when a stream never got there', async () => {
      await using app = school()
      await app.execute(Dog, 'fido', 'register', 'Fido')
      await app.execute(Dog, 'fido', 'addTrick', 'sit')
      expect((await app.get(Dog, 'fido', { version: 0 })).state.tricks).toEqual([])
      await expect(app.get(Dog, 'fido', { version: 7 })).rejects.toMatchObject({ code: 'not-found' })
      expect(await app.get(Dog, 'rex')).toEqual({ state: { name: '', tricks: [] }, version: -1 })
    })

    it('rejects a refused command with its reason and stores nothing', async () => {
      await using app = school()
      await app.execute(Dog, 'fido', 'addTrick', 'sit')
      const refused = app.execute(Dog, 'fido', 'addTrick', 'sit')
      await expect(refused).rejects.toBeInstanceOf(CommandRefused)
      await expect(refused).rejects.toMatchObject({ code: 'refused', reason: 'already-known' })
      expect((await app.get(Dog, 'fido')).version).toBe(0)
    })

    it('stores nothing that the state cannot take', async () => {
      const Fuse = defineAggregate({
        type: 'Fuse',
        initial: 0,
        events: {
          Loaded: (load, e: { amps: number }) => {
            if (load + e.amps > 10) throw new Error('blown')
            return load + e.amps
          },
        },
        commands: { load: ({ emit }, amps: number) => emit.Loaded({ amps }) },
      })
      await using app = createApplication({ name: 'House', aggregates: [Fuse], store: open() })
      await app.execute(Fuse, 'hall', 'load', 6)
      await expect(app.execute(Fuse, 'hall', 'load', 6)).rejects.toThrow('blown')
      await app.execute(Fuse, 'hall', 'load', 4)
      expect(await app.get(Fuse, 'hall')).toEqual({ state: 10, version: 1 })
    })

    it('decides again when another writer was first', async () => {
      const store = open()
      const [one, two] = [school(store), school(store)]
      await one.execute(Dog, 'fido', 'register', 'Fido')
      await Promise.all(
        [1, 2, 3, 4].flatMap((n) => [
          one.execute(Dog, 'fido', 'addTrick', `a${n}`),
          two.execute(Dog, 'fido', 'addTrick', `b${n}`),
        ]),
      )
      expect((await one.get(Dog, 'fido')).state.tricks.toSorted()).toEqual(['a1', 'a2', 'a3', 'a4', 'b1', 'b2', 'b3', 'b4'])
    })

    it('does not refuse on a state that is behind the store', async () => {
      const Lamp = defineLamp()
      const store = open()
      const [one, two] = [0, 1].map(() => createApplication({ name: 'House', aggregates: [Lamp], store }))
      await one!.execute(Lamp, 'hall', 'on')
      await two!.execute(Lamp, 'hall', 'off')
      // The first one remembers the lamp as on, where "on" is refused.
      await one!.execute(Lamp, 'hall', 'on')
      expect((await two!.get(Lamp, 'hall')).state).toBe(true)
    })

    it('does not fail on a state that is behind the store', async () => {
      const Gate = defineAggregate({
        type: 'Gate',
        initial: { broken: true },
        events: { Mended: () => ({ broken: false }) },
        commands: {
          mend: ({ emit }) => emit.Mended(),
          pass({ state, emit }) {
            if (state.broken) throw new Error('the rule itself breaks')
            emit.Mended()
          },
        },
      })
      const store = open()
      const [one, two] = [0, 1].map(() => createApplication({ name: 'House', aggregates: [Gate], store }))
      await one!.get(Gate, 'front')
      await two!.execute(Gate, 'front', 'mend')
      await one!.execute(Gate, 'front', 'pass')
      await expect(one!.execute(Gate, 'back', 'pass')).rejects.toThrow('the rule itself breaks')
    })

    it('saves several objects in one commit, or none of them', async () => {
      await using app = school()
      const [fido, rex] = [new DogModel('fido').register('Fido'), new DogModel('rex').register('Rex')]
      const { recorded, commitId } = await app.save(fido, rex)
      expect(recorded.map(({ stream, metadata }) => [stream, metadata.commitId])).toEqual([
        ['Dog-fido', commitId],
        ['Dog-rex', commitId],
      ])
      const stale = await app.load(DogModel, 'rex')
      rex.addTrick('sit')
      await app.save(rex)
      stale.addTrick('stand')
      fido.addTrick('sit')
      await expect(app.save(fido, stale)).rejects.toBeInstanceOf(VersionConflict)
      expect((await app.get(Dog, 'fido')).version).toBe(0)
      expect(fido.unsaved).toHaveLength(1)
    })

    it('loads a defined aggregate as an object that runs its commands', async () => {
      await using app = school()
      const fido = await app.load(Dog, 'fido')
      await app.save(fido.run('register', 'Fido').run('addTrick', 'sit'))
      expect((await app.load(DogModel, 'fido')).state).toEqual({ name: 'Fido', tricks: ['sit'] })
    })

    it('carries metadata, and its own commit, time and cause, in every event', async () => {
      await using app = createApplication({ name: 'School', aggregates: [Dog], store: open(), clock: () => new Date(0) })
      const { recorded, commitId } = await app
        .with({ actor: 'ann', correlationId: 'c1' })
        .with({ causationId: 'c0' })
        .execute(Dog, 'fido', 'register', 'F')
      expect(recorded[0]?.metadata).toEqual({
        actor: 'ann',
        correlationId: 'c1',
        causationId: 'c0',
        commitId,
        time: '1970-01-01T00:00:00.000Z',
      })
    })

    it('gives its log, and then what comes', async () => {
      await using app = school()
      await app.execute(Dog, 'fido', 'register', 'Fido')
      const seen: string[] = []
      const abort = new AbortController()
      for await (const item of app.subscribe({ signal: abort.signal })) {
        seen.push(item.type === 'event' ? item.event.type : item.type)
        if (seen.length === 2) await app.execute(Dog, 'fido', 'addTrick', 'sit')
        if (seen.length === 4) abort.abort()
      }
      expect(seen).toEqual(['Registered', 'caught-up', 'TrickAdded', 'caught-up'])
      expect((await all(app.log())).map(({ type }) => type)).toEqual(['Registered', 'TrickAdded'])
    })

    it('emits nothing and stores nothing when a command has nothing to say', async () => {
      const Lamp = defineLamp()
      await using app = createApplication({ name: 'House', aggregates: [Lamp], store: open() })
      const receipt = await app.execute(Lamp, 'hall', 'nothing')
      expect(receipt.recorded).toEqual([])
      expect(await receipt.confirmed).toEqual({ outcome: 'confirmed', events: [] } satisfies Verdict)
    })

    it('refuses arguments that are no plain data, before anything is stored', async () => {
      await using app = school()
      await expect(app.execute(Dog, 'fido', 'register', 1n as unknown as string)).rejects.toMatchObject({ code: 'bad-data' })
      await expect(app.execute(Dog, 'not ok', 'register', 'x')).rejects.toMatchObject({ code: 'bad-name' })
      await expect(app.execute(Dog, 'fido', 'bark' as 'register', 'x')).rejects.toMatchObject({ code: 'unknown-command' })
      expect(await all(app.log())).toEqual([])
    })
  })
}

it('refuses two aggregates of one type, and one it does not know', async () => {
  const Other = defineLamp('Dog')
  expect(() => createApplication({ name: 'School', aggregates: [Dog, Other], store: memoryStore() })).toThrow(
    expect.objectContaining({ code: 'duplicate-name' }) as Error,
  )
  const app = createApplication({ name: 'School', aggregates: [Dog], store: memoryStore() })
  await expect(app.get(defineLamp(), 'x')).rejects.toMatchObject({ code: 'not-found' })
})

it('closes with its scope', async () => {
  const store = memoryStore()
  {
    await using app = createApplication({ name: 'School', aggregates: [Dog], store })
    await app.execute(Dog, 'fido', 'register', 'Fido')
  }
  await expect(store.head()).rejects.toMatchObject({ code: 'closed' })
})
