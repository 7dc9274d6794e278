import type { Definition, ErasedSpec } from './definition.ts'
import { HeadwaterError } from '../errors.ts'
import { buildDefinition } from './definition.ts'

/** A method marked as an event: calling it lets the event happen; `apply` is its own body. */
interface EventMethod {
  readonly [EVENT]: { readonly type: string; readonly apply: (data: unknown) => void }
}

/** Marks a method as an event's. */
export const EVENT: unique symbol = Symbol('headwater.event')

/** What a class may say about its events besides the methods, as static fields. */
interface ClassStatics extends Pick<ErasedSpec, 'aliases' | 'schemas' | 'upcast'> {
  readonly type: string
  readonly prototype: object
}

/** The definition of a class from its `@event` methods, inherited ones included. Two methods for one event: `duplicate-name`. */
export function classDefinition(type: object, create: (id: string) => object): Definition {
  const statics = type as ClassStatics
  const methods = new Map<string, { readonly name: string; readonly apply: (data: unknown) => void }>()
  const overridden = new Set<string>()
  for (
    let proto: unknown = statics.prototype;
    proto !== null && proto !== Object.prototype;
    proto = Object.getPrototypeOf(proto)
  ) {
    for (const [name, { value }] of Object.entries(Object.getOwnPropertyDescriptors(proto as object))) {
      if (overridden.has(name)) continue
      overridden.add(name)
      if (typeof value !== 'function' || !(EVENT in value)) continue
      const { type: event, apply } = (value as unknown as EventMethod)[EVENT]
      const other = methods.get(event)
      if (other !== undefined) {
        throw new HeadwaterError('duplicate-name', `"${statics.type}": event "${event}" is on both ${other.name} and ${name}`)
      }
      methods.set(event, { name, apply })
    }
  }
  return buildDefinition({
    type: statics.type,
    initialFor: create,
    events: Object.fromEntries([...methods].map(([event, { apply }]) => [event, evolveBy(apply)])),
    ...(statics.aliases === undefined ? {} : { aliases: statics.aliases }),
    ...(statics.schemas === undefined ? {} : { schemas: statics.schemas }),
    ...(statics.upcast === undefined ? {} : { upcast: statics.upcast }),
  })
}

function evolveBy(apply: (data: unknown) => void): (state: unknown, data: unknown) => unknown {
  return (state, data) => {
    apply.call(state, data)
    return state
  }
}
