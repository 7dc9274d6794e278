import { Aggregate } from '../../src/index.ts'
import { event } from '../../src/decorators.ts'

/** The class style with decorators, standard or legacy as the compiler makes them: the object is the state. */
export class DecoratedDog extends Aggregate {
  static type = 'Dog'
  name = ''
  tricks: string[] = []

  @event('Registered')
  register(e: { name: string }): void {
    this.name = e.name
  }

  @event('TrickAdded')
  addTrick(e: { trick: string }): void {
    this.tricks.push(e.trick)
  }
}

/** Two methods for one event: refused when first used. */
export class Twice extends Aggregate {
  static type = 'Twice'

  @event('Same')
  one(): void {}

  @event('Same')
  two(): void {}
}

/** An event that lets another one happen: refused. */
export class Nested extends Aggregate {
  static type = 'Nested'

  @event('Outer')
  outer(): void {
    this.inner()
  }

  @event('Inner')
  inner(): void {}
}
