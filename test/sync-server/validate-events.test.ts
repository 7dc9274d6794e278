import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import type { StreamEvent } from '../../src/index.ts'
import { defineAggregate, newId } from '../../src/index.ts'
import { validateEvents } from '../../sync-server/index.ts'

const Order = defineAggregate({
  type: 'Order',
  initial: 0,
  events: { Placed: (_total, e: { total: number }) => e.total },
  schemas: { Placed: z.object({ total: z.number().positive() }) },
  upcast: { Placed: [(data) => ({ total: Number(data) })] },
})

const validate = validateEvents([Order])

function commit(event: Partial<StreamEvent>): Parameters<typeof validate>[0] {
  const id = newId()
  const events = [
    {
      id: newId(),
      stream: 'Order-1',
      version: 0,
      type: 'Placed',
      data: { total: 1 },
      metadata: { commitId: id, schemaVersion: 1 },
      ...event,
    },
  ]
  return { id, events }
}

describe('a server that knows the aggregates', () => {
  it('takes events that match their schema, also those of an older app', async () => {
    await validate(commit({}), undefined)
    await validate(commit({ data: '7', metadata: {} }), undefined)
  })

  it.each([
    ['schema-mismatch', { data: { total: -1 } }],
    ['schema-mismatch', { data: '-7', metadata: {} }],
    ['unknown-event', { type: 'Lost' }],
    ['unknown-event', { metadata: { schemaVersion: 2 } }],
    ['not-found', { stream: 'Invoice-1' }],
  ] as const)('refuses with %s: %j', (code, event) => {
    expect(() => validate(commit(event), undefined)).toThrow(expect.objectContaining({ code }) as Error)
  })
})
