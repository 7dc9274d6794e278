import type { Aggregate, AggregateClass } from '../domain/aggregate-class.ts'
import type { AggregateType } from '../domain/aggregate.ts'
import type { Change } from './commit.ts'
import type { Metadata } from '../event.ts'
import type { Receipt } from './receipt.ts'
import type { Shared } from './shared.ts'
import { Aggregate as Base, definitionOf } from '../domain/aggregate-class.ts'
import { classOf } from '../domain/defined-aggregate.ts'
import { HeadwaterError } from '../errors.ts'
import { commitBatch } from './commit.ts'
import { receiptFor } from './receipt.ts'

const basisOf = new WeakMap<Aggregate, number>()

/** Rebuilds an aggregate object from its events. */
export async function loadInstance(
  shared: Shared,
  type: AggregateClass<Aggregate> | AggregateType<unknown, object, object>,
  id: string,
): Promise<Aggregate> {
  const definition = shared.registry.check(definitionOf(type))
  const Class: AggregateClass<Aggregate> = typeof type === 'function' ? type : classOf(type)
  const basis = await shared.store.replica?.basis()
  const aggregate = new Class(id)
  for await (const event of shared.store.readStream(shared.registry.stream(definition, id))) Base.replay(aggregate, event)
  if (basis !== undefined) basisOf.set(aggregate, basis)
  return aggregate
}

/** Stores what happened to several objects in one commit. */
export async function saveInstances(shared: Shared, aggregates: readonly Aggregate[], metadata: Metadata): Promise<Receipt> {
  const changed = aggregates.filter(({ unsaved }) => unsaved.length > 0)
  const changes: Change[] = changed.map((aggregate) => {
    const definition = shared.registry.check(definitionOf(aggregate.constructor as AggregateClass<Aggregate>))
    return {
      stream: shared.registry.stream(definition, aggregate.id),
      expect: aggregate.version - aggregate.unsaved.length,
      facts: [...aggregate.unsaved],
    }
  })
  const twice = changes.find(({ stream }, i) => changes.findIndex((other) => other.stream === stream) !== i)
  if (twice !== undefined)
    throw new HeadwaterError('bad-data', `save: expected one object for stream "${twice.stream}", found two`)
  // One that was made, not loaded, is known from here on: what comes of this commit may be rewritten, too.
  const basis = await shared.store.replica?.basis()
  const bases = changed.map((aggregate) => basisOf.get(aggregate)).filter((known) => known !== undefined)
  const batch = commitBatch(changes, {
    metadata,
    time: shared.clock().toISOString(),
    ...(bases.length === 0 ? {} : { basis: Math.min(...bases) }),
  })
  if (changed.length === 0) return receiptFor(shared.store, batch.commitId, [])
  const recorded = await shared.store.append(batch)
  changed.forEach((aggregate, i) => Base.saved(aggregate, changes[i]?.facts.length ?? 0))
  if (basis !== undefined) for (const aggregate of changed) if (!basisOf.has(aggregate)) basisOf.set(aggregate, basis)
  return receiptFor(shared.store, batch.commitId, recorded)
}
