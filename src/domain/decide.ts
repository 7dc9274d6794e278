import type { DataOf } from './event-map.ts'
import type { StoredCommand } from '../store.ts'
import { CommandRefused } from '../errors.ts'
import { aggregateId } from '../names.ts'
import { uuidv7 } from '../ids.ts'
import { seededBytes, seededRandom } from './seeded.ts'

/** What a command is given besides its arguments. Everything in it is the same when the command runs again. */
export interface CommandContext<S, E> {
  /** The aggregate's id: the part of the stream name after the type. */
  readonly id: string
  /** The state the events so far lead to; it does not change while the command runs. */
  readonly state: S
  /** The version of the last event, -1 for a new aggregate. */
  readonly version: number
  /** Emits an event; in the order called. */
  readonly emit: { readonly [K in keyof E]: (...data: DataOf<E[K]>) => void }
  /** Says no: nothing is stored, and `execute` rejects with {@link CommandRefused}. */
  readonly refuse: (reason: string, message: string) => never
  /** The time the command was given. */
  readonly now: Date
  /** A new UUID v7. */
  readonly newId: () => string
  /** A number from 0 up to but not including 1. */
  readonly random: () => number
}

/** An event a command decided on, not yet at its place in a stream. */
export interface Decided {
  readonly type: string
  readonly data: unknown
}

/** A command with its types erased. */
export type AnyCommand = (context: CommandContext<unknown, Record<string, unknown>>, ...args: readonly unknown[]) => unknown

/** Runs a command and collects what it emits. Throws what the command throws. */
export function runCommand(
  run: AnyCommand,
  eventNames: readonly string[],
  command: StoredCommand,
  state: unknown,
  version: number,
): Decided[] {
  const decided: Decided[] = []
  const emit: Record<string, (data?: unknown) => void> = {}
  for (const type of eventNames) emit[type] = (data) => void decided.push({ type, data: data ?? null })
  const now = new Date(command.now)
  const random = seededRandom(command.seed)
  const result = run(
    {
      id: aggregateId(command.stream),
      state,
      version,
      emit,
      refuse: (reason, message) => {
        throw new CommandRefused(reason, message)
      },
      now,
      newId: () => uuidv7(now.getTime(), seededBytes(random, 10)),
      random,
    },
    ...command.args,
  )
  if (result instanceof Promise) {
    result.catch(() => undefined)
    throw new TypeError(`command "${command.name}" of "${command.aggregate}" is asynchronous; commands must decide synchronously`)
  }
  return decided
}
