import { classOf, defineAggregate } from '../../src/index.ts'

/** The functional style. */
export const Dog = defineAggregate({
  type: 'Dog',
  initial: { name: '', tricks: [] as readonly string[] },
  events: {
    Registered: (dog, e: { name: string }) => ({ ...dog, name: e.name }),
    TrickAdded: (dog, e: { trick: string }) => ({ ...dog, tricks: [...dog.tricks, e.trick] }),
  },
  commands: {
    register: ({ emit }, name: string) => emit.Registered({ name }),
    addTrick({ state, emit, refuse }, trick: string) {
      if (state.tricks.includes(trick)) refuse('already-known', `${state.name} already knows ${trick}`)
      emit.TrickAdded({ trick })
    },
  },
})

/** The class style over the same event map, without decorators. */
export class DogModel extends classOf(Dog) {
  register(name: string): this {
    this.emit.Registered({ name })
    return this
  }

  addTrick(trick: string): this {
    if (this.state.tricks.includes(trick)) this.refuse('already-known', `${this.state.name} already knows ${trick}`)
    this.emit.TrickAdded({ trick })
    return this
  }
}
