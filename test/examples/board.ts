import { defineAggregate } from '../../src/index.ts'

/** A list with a limit: a rule that two people can break together while apart. */
export const List = defineAggregate({
  type: 'List',
  initial: { items: [] as readonly string[] },
  events: {
    Added: (list, e: { item: string }) => ({ items: [...list.items, e.item] }),
    Removed: (list, e: { item: string }) => ({ items: list.items.filter((item) => item !== e.item) }),
    Cleared: () => ({ items: [] }),
  },
  commands: {
    add({ state, emit, refuse }, item: string) {
      if (state.items.length >= 3) refuse('full', `the list already has ${state.items.length} of 3 items`)
      if (!state.items.includes(item)) emit.Added({ item })
    },
    remove({ state, emit }, item: string) {
      if (state.items.includes(item)) emit.Removed({ item })
    },
    /** Emits one event for each item there is: what it emits depends on the state. */
    removeAll({ state, emit }) {
      for (const item of state.items) emit.Removed({ item })
    },
    force: ({ emit }, item: string) => emit.Added({ item }),
  },
})
