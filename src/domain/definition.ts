import type { AnyCommand, Decided } from './decide.ts'
import type { Json } from '../json.ts'
import type { Metadata } from '../event.ts'
import type { StandardSchema } from './schema.ts'
import type { StoredCommand } from '../store.ts'
import { HeadwaterError } from '../errors.ts'
import { checkTypeName } from '../names.ts'
import { checkSchema } from './schema.ts'
import { copyJson } from '../json.ts'
import { runCommand } from './decide.ts'

/** An event's type, data and metadata: what evolving a state needs of it. */
export interface Fact {
  readonly type: string
  readonly data: Json
  readonly metadata: Metadata
}

/** An aggregate as the library runs it: types erased, names checked. */
export interface Definition {
  readonly type: string
  /** The names of its events. */
  readonly events: readonly string[]
  /** Whether evolving changes the state given (a class instance) rather than making a new one. */
  readonly mutable: boolean
  /** The state of a new aggregate with this id. */
  initial(id: string): unknown
  /** The state after an event. An event it does not know is `unknown-event`. */
  evolve(state: unknown, fact: Fact): unknown
  /** What a command emits on a state, as checked plain data. `CommandRefused` when it says no; `unknown-command`. */
  decide(command: StoredCommand, state: unknown, version: number): readonly Fact[]
  /** Whether this app can evolve by the event: its name is known, and its data not newer than the upcasters. */
  knows(fact: Fact): boolean
  /** The event under its name and shape of today: alias resolved, upcast, and checked against its schema if upcast. */
  current(fact: Fact): Fact
  /** An event about to be stored: its name known, its data plain and matching its schema. */
  checked(type: string, data: unknown): Fact
}

type AnyEvolve = (state: unknown, data: unknown) => unknown

/** A specification with its types erased. */
export interface ErasedSpec {
  readonly type: string
  readonly initial?: unknown
  /** In place of `initial`, where each aggregate needs a state of its own (a class instance). */
  readonly initialFor?: (id: string) => unknown
  readonly events: Readonly<Record<string, AnyEvolve>>
  readonly commands?: Readonly<Record<string, AnyCommand>>
  readonly aliases?: Readonly<Record<string, string>>
  readonly schemas?: Readonly<Record<string, StandardSchema | undefined>>
  readonly upcast?: Readonly<Record<string, readonly ((data: Json) => Json)[] | undefined>>
}

/** Checks a specification's names and gives it the form the library runs. `bad-name`, `duplicate-name`, `unknown-event`. */
export function buildDefinition(spec: ErasedSpec): Definition {
  checkTypeName(spec.type, 'aggregate type')
  const events = new Map(Object.entries(spec.events))
  for (const name of events.keys()) checkTypeName(name)
  const commands = new Map(Object.entries(spec.commands ?? {}))
  const aliases = new Map(Object.entries(spec.aliases ?? {}))
  for (const [alias, name] of aliases) {
    if (events.has(alias)) throw new HeadwaterError('duplicate-name', `"${spec.type}": alias "${alias}" is also an event`)
    if (!events.has(name)) throw unknownEvent(spec.type, name)
  }
  const schemaOf = new Map(Object.entries(spec.schemas ?? {}))
  const upcastOf = new Map(Object.entries(spec.upcast ?? {}))
  for (const name of [...schemaOf.keys(), ...upcastOf.keys()]) if (!events.has(name)) throw unknownEvent(spec.type, name)
  const eventNames = [...events.keys()]

  const checked = (type: string, data: unknown): Fact => {
    if (!events.has(type)) throw unknownEvent(spec.type, type)
    const plain = copyJson(data ?? null, `event "${type}" of "${spec.type}"`)
    const schema = schemaOf.get(type)
    if (schema !== undefined) checkSchema(schema, plain, `event "${type}" of "${spec.type}"`)
    const schemaVersion = upcastOf.get(type)?.length ?? 0
    return { type, data: plain, metadata: schemaVersion === 0 ? {} : { schemaVersion } }
  }

  const current = (fact: Fact): Fact => {
    const type = aliases.get(fact.type) ?? fact.type
    if (!events.has(type)) throw unknownEvent(spec.type, type)
    const steps = upcastOf.get(type) ?? []
    const from = fact.metadata.schemaVersion ?? 0
    if (from > steps.length) {
      throw new HeadwaterError(
        'unknown-event',
        `event "${type}" of "${spec.type}" has schema version ${from}, expected at most ${steps.length}: written by a newer app`,
      )
    }
    if (from === steps.length) return type === fact.type ? fact : { ...fact, type }
    const data = steps.slice(from).reduce((value, step) => step(value), fact.data)
    const schema = schemaOf.get(type)
    if (schema !== undefined) checkSchema(schema, data, `upcast event "${type}" of "${spec.type}"`)
    return { ...fact, type, data, metadata: { ...fact.metadata, schemaVersion: steps.length } }
  }

  return {
    type: spec.type,
    events: eventNames,
    mutable: spec.initialFor !== undefined,
    initial: (id) => (spec.initialFor === undefined ? spec.initial : spec.initialFor(id)),
    evolve(state, fact) {
      const now = current(fact)
      const evolve = events.get(now.type)
      if (evolve === undefined) throw unknownEvent(spec.type, now.type)
      return evolve(state, now.data)
    },
    decide(command: StoredCommand, state: unknown, version: number): readonly Fact[] {
      const run = commands.get(command.name)
      if (run === undefined) {
        throw new HeadwaterError(
          'unknown-command',
          `"${spec.type}" has no command "${command.name}", expected one of ${list(commands)}`,
        )
      }
      const decided: Decided[] = runCommand(run, eventNames, command, state, version)
      return decided.map(({ type, data }) => checked(type, data))
    },
    knows(fact) {
      const type = aliases.get(fact.type) ?? fact.type
      return events.has(type) && (fact.metadata.schemaVersion ?? 0) <= (upcastOf.get(type)?.length ?? 0)
    },
    current,
    checked,
  }

  function unknownEvent(aggregate: string, name: string): HeadwaterError {
    return new HeadwaterError('unknown-event', `"${aggregate}" has no event "${name}", expected one of ${list(events)}`)
  }
}

function list(names: ReadonlyMap<string, unknown>): string {
  return [...names.keys()].join(', ')
}
