import type { AnyAggregate } from '../src/application/registry.ts'
import type { SyncServerOptions } from './options.ts'
import { Registry } from '../src/application/registry.ts'
import { HeadwaterError } from '../src/errors.ts'
import { category } from '../src/names.ts'

/**
 * A `validate` hook that takes only events these aggregates know, with data that matches their schemas.
 *
 * An event of an older app is judged as it is upcast; one of an aggregate or a schema version that is not here is
 * refused (`not-found`, `unknown-event`): the server is upgraded before the apps.
 *
 * @example createSyncServer({ store, validate: validateEvents([Dog]) })
 */
export function validateEvents(aggregates: readonly AnyAggregate[]): NonNullable<SyncServerOptions['validate']> {
  const registry = new Registry(aggregates)
  return ({ events }) => {
    for (const event of events) {
      const definition = registry.ofStream(event.stream)
      if (definition === undefined) {
        throw new HeadwaterError('not-found', `stream "${event.stream}": the server has no aggregate "${category(event.stream)}"`)
      }
      const { type, data } = definition.current(event)
      definition.checked(type, data)
    }
  }
}
