import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createApplication, defineAggregate, memoryStore, newId } from '../../src/index.ts'
import { all } from '../support/all.ts'

describe('a command', () => {
  it('sees the same time, ids and randomness when it runs again', () => {
    const Draw = defineAggregate({
      type: 'Draw',
      initial: '',
      events: { Drawn: (last: string, e: { at: string; id: string; n: number }) => last + e.id },
      commands: { draw: ({ emit, now, newId: next, random }) => emit.Drawn({ at: now.toISOString(), id: next(), n: random() }) },
    })
    const command = { aggregate: 'Draw', stream: 'Draw-1', name: 'draw', args: [], now: new Date().toISOString(), seed: newId() }
    const first = Draw.definition.decide(command, null, -1)
    expect(Draw.definition.decide(command, null, -1)).toEqual(first)
    expect(Draw.definition.decide({ ...command, seed: newId() }, null, -1)).not.toEqual(first)
  })

  it('may not be asynchronous', () => {
    const Slow = defineAggregate({
      type: 'Slow',
      initial: 0,
      events: {},
      commands: { wait: (async () => undefined) as () => void },
    })
    const command = { aggregate: 'Slow', stream: 'Slow-1', name: 'wait', args: [], now: new Date().toISOString(), seed: newId() }
    expect(() => Slow.definition.decide(command, 0, -1)).toThrow(TypeError)
  })
})

describe('schemas', () => {
  const Order = defineAggregate({
    type: 'Order',
    initial: 0,
    events: { Placed: (_, e: { total: number }) => e.total },
    commands: { place: ({ emit }, total: number) => emit.Placed({ total }) },
    schemas: { Placed: z.object({ total: z.number().positive() }) },
  })

  it('refuse an event that does not match, and nothing is stored', async () => {
    await using app = createApplication({ name: 'Shop', aggregates: [Order], store: memoryStore() })
    await expect(app.execute(Order, '1', 'place', -1)).rejects.toMatchObject({ code: 'schema-mismatch', message: /total/ })
    expect(await all(app.log())).toEqual([])
  })

  it('that validate asynchronously are refused', async () => {
    const Async = defineAggregate({
      type: 'Async',
      initial: 0,
      events: { Placed: (_, e: { total: number }) => e.total },
      commands: { place: ({ emit }, total: number) => emit.Placed({ total }) },
      schemas: { Placed: z.object({ total: z.number().refine(async () => true) }) },
    })
    await using app = createApplication({ name: 'Shop', aggregates: [Async], store: memoryStore() })
    await expect(app.execute(Async, '1', 'place', 1)).rejects.toThrow(/synchronous|async/i)
  })
})

describe('history', () => {
  const Old = defineAggregate({
    type: 'Person',
    initial: '',
    events: { NameGiven: (_, e: { name: string }) => e.name },
    commands: { name: ({ emit }, name: string) => emit.NameGiven({ name }) },
  })
  const Current = defineAggregate({
    type: 'Person',
    initial: '',
    events: { Named: (_, e: { first: string; last: string }) => `${e.last}, ${e.first}` },
    commands: { name: ({ emit }, first: string, last: string) => emit.Named({ first, last }) },
    aliases: { NameGiven: 'Named' },
    upcast: {
      Named: [
        (data) => {
          const [first = '', last = ''] = (data as { name: string }).name.split(' ')
          return { first, last }
        },
      ],
    },
  })

  it('is read under the names and shapes of today', async () => {
    const store = memoryStore()
    await createApplication({ name: 'A', aggregates: [Old], store }).execute(Old, 'ada', 'name', 'Ada Lovelace')
    const app = createApplication({ name: 'A', aggregates: [Current], store })
    expect((await app.get(Current, 'ada')).state).toBe('Lovelace, Ada')
    await app.execute(Current, 'ada', 'name', 'Ada', 'King')
    expect((await app.get(Current, 'ada')).state).toBe('King, Ada')
    expect((await all(app.log())).map(({ type, data }) => [type, data])).toEqual([
      ['Named', { first: 'Ada', last: 'Lovelace' }],
      ['Named', { first: 'Ada', last: 'King' }],
    ])
  })

  it('of a newer app is refused with the event and the versions', async () => {
    const store = memoryStore()
    await createApplication({ name: 'A', aggregates: [Current], store }).execute(Current, 'ada', 'name', 'Ada', 'King')
    const old = createApplication({ name: 'A', aggregates: [Old], store })
    await expect(old.get(Old, 'ada')).rejects.toMatchObject({ code: 'unknown-event', message: /Named/ })
    expect(await all(old.log())).toHaveLength(1)
  })

  it('refuses an alias that is also an event, and schemas for events there are none of', () => {
    const events = { A: (s: number) => s }
    expect(() => defineAggregate({ type: 'T', initial: 0, events, aliases: { A: 'A' } })).toThrow(/alias/)
    expect(() => defineAggregate({ type: 'T', initial: 0, events, upcast: { B: [] } as never })).toThrow(/no event "B"/)
    expect(() => defineAggregate({ type: 'bad name', initial: 0, events })).toThrow(
      expect.objectContaining({ code: 'bad-name' }) as Error,
    )
  })
})
