import type { CommandContext } from './decide.ts'
import type { Definition, ErasedSpec } from './definition.ts'
import type { EventMap } from './event-map.ts'
import type { Json } from '../json.ts'
import type { StandardSchema } from './schema.ts'
import { buildDefinition } from './definition.ts'

/** Command name -> what it decides: it may emit nothing, one or many events, or refuse. */
export type CommandMap<S, E> = { readonly [command: string]: (context: CommandContext<S, E>, ...args: never[]) => void }

/** What {@link defineAggregate} takes. */
export interface AggregateSpec<S, E, C> {
  /** The stored name of this kind of aggregate: the category of its streams. Never change it once events are stored. */
  readonly type: string
  /** The state before the first event. */
  readonly initial: S
  /** How each event changes the state; pure. The keys are the stored names. */
  readonly events: E & EventMap<S>
  /** What can be asked of it; pure and synchronous: time, ids and randomness come from the context. */
  readonly commands?: C & CommandMap<S, E>
  /** Stored event names of the past -> the name they go by now. */
  readonly aliases?: { readonly [stored: string]: string }
  /** A Standard Schema (zod, valibot, arktype ...) for an event's data: checked on write, after an upcast, and on the server. */
  readonly schemas?: { readonly [K in keyof NoInfer<E>]?: StandardSchema }
  /** For each event, the steps from its oldest data to today's: step n turns schema version n into n + 1. */
  readonly upcast?: { readonly [event: string]: readonly ((data: Json) => Json)[] }
}

/** A kind of aggregate: its name, its events and its commands, with their types. Make one with {@link defineAggregate}. */
export interface AggregateType<S, E, C> {
  readonly type: string
  readonly initial: S
  readonly events: E
  readonly commands: C
  /** The same with types erased, as the library runs it. */
  readonly definition: Definition
}

/**
 * Defines a kind of aggregate once, for the browser, Node and the sync server.
 *
 * State, event data and command arguments are inferred; a wrong name or payload does not compile.
 * Refuses bad names (`bad-name`) and an alias that is also an event (`duplicate-name`).
 *
 * @example
 * const Dog = defineAggregate({
 *   type: 'Dog',
 *   initial: { name: '', tricks: [] as readonly string[] },
 *   events: {
 *     Registered: (dog, e: { name: string }) => ({ ...dog, name: e.name }),
 *     TrickAdded: (dog, e: { trick: string }) => ({ ...dog, tricks: [...dog.tricks, e.trick] }),
 *   },
 *   commands: {
 *     register: ({ emit }, name: string) => emit.Registered({ name }),
 *     addTrick({ state, emit, refuse }, trick: string) {
 *       if (state.tricks.includes(trick)) refuse('already-known', `${state.name} already knows ${trick}`)
 *       emit.TrickAdded({ trick })
 *     },
 *   },
 * })
 */
export function defineAggregate<S, E extends object, C extends object = Record<never, never>>(
  spec: AggregateSpec<S, E, C>,
): AggregateType<S, E, C> {
  return {
    type: spec.type,
    initial: spec.initial,
    events: spec.events,
    commands: (spec.commands ?? {}) as C,
    definition: buildDefinition(spec as unknown as ErasedSpec),
  }
}
