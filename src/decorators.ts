import { Aggregate } from './domain/aggregate-class.ts'
import { EVENT } from './domain/class-definition.ts'

type EventBody = (this: never, ...data: never[]) => void

/** What `@event` gives: it fits standard decorators and TypeScript's older `experimentalDecorators`. */
export interface EventDecorator {
  <M extends EventBody>(method: M, context: ClassMethodDecoratorContext): M
  (prototype: object, name: string | symbol, descriptor: PropertyDescriptor): PropertyDescriptor
}

/**
 * Makes a method of an {@link Aggregate} an event: calling it records the event and runs the body, loading runs the
 * body alone. The method takes the event's data, a plain object, or nothing.
 *
 * The stored name is given, never taken from the method's name: minifiers change those.
 *
 * @example
 * @event('Registered') register(e: { name: string }) { this.name = e.name }
 */
export function event(type: string): EventDecorator {
  const decorate = (target: unknown, context: unknown, descriptor?: PropertyDescriptor): unknown => {
    if (typeof context === 'object' && context !== null && 'kind' in context) return eventMethod(type, target as EventBody)
    return { ...descriptor, value: eventMethod(type, descriptor?.value as EventBody) }
  }
  return decorate as EventDecorator
}

function eventMethod(type: string, body: EventBody): EventBody {
  const method = function (this: Aggregate, data?: unknown): void {
    Aggregate.recordCall(this, type, data)
  }
  return Object.assign(method, { [EVENT]: { type, apply: body } }) as unknown as EventBody
}
