import type { RecordedEvent } from '../src/event.ts'
import type { EventStore } from '../src/store.ts'
import type { PushResult, WireCommit } from '../src/sync/protocol/messages.ts'
import type { ReplyBudget } from './conflict.ts'
import type { Log } from './log.ts'
import { CommandRefused, HeadwaterError, isHeadwaterError, VersionConflict } from '../src/errors.ts'
import { commitProblem, exactBatch, extents, findStored, stamped } from './commit.ts'
import { clip } from './clip.ts'
import { readConflict } from './conflict.ts'

/** Who pushes, and what decides about it. */
export interface Bench {
  readonly store: Pick<EventStore, 'append' | 'readStream'>
  readonly log: Log
  /** The author to record. */
  actor(): string | undefined
  mayPush(stream: string): boolean | Promise<boolean>
  mayPull(stream: string): Promise<boolean>
  readonly validate: ((commit: WireCommit) => void | Promise<void>) | undefined
  /** Throws when this session may not store anything any more. */
  checkOpen(): void
}

/** How often a conflict may vanish while it is looked at before it is answered as it was. */
const ATTEMPTS = 3

/** The verdict on one commit; rejects when there is none, because the store or a hook failed. */
export async function judgeCommit(given: WireCommit, bench: Bench, budget: ReplyBudget): Promise<PushResult> {
  const problem = commitProblem(given)
  if (problem !== undefined) return refused(given, 'bad-data', problem)
  const commit = stamped(given, bench.actor())
  for (const stream of extents(commit.events).keys()) {
    if (!(await bench.mayPush(stream))) return (await ownStored(commit, bench)) ?? notPermitted(commit, `push to "${stream}"`)
  }
  if (bench.validate !== undefined) {
    // Judged on today's state, a commit pushed again would fail on itself.
    const stored = await findStored(commit, bench.store)
    if (stored !== undefined) return accepted(commit, stored)
    const refusal = await refusalOf(commit, bench)
    if (refusal !== undefined) return refusal
  }
  for (let attempt = 1; ; attempt++) {
    try {
      bench.checkOpen()
      return accepted(commit, await bench.store.append({ ...exactBatch(commit.events), commitId: commit.id }))
    } catch (error) {
      const result = await explain(error, commit, bench, budget, attempt === ATTEMPTS)
      if (result !== undefined) return result
    }
  }
}

export function accepted(commit: WireCommit, stored: readonly RecordedEvent[]): PushResult {
  const actor = stored[0]?.metadata.actor
  const events = stored.map(({ id, position }) => ({ id, position }))
  return { commit: commit.id, outcome: 'accepted', events, ...(actor === undefined ? {} : { actor }) }
}

/** The verdict behind what `append` threw; `undefined`: try again. Throws on what is no verdict. */
async function explain(
  error: unknown,
  commit: WireCommit,
  bench: Bench,
  budget: ReplyBudget,
  last: boolean,
): Promise<PushResult | undefined> {
  if (isHeadwaterError(error, 'bad-data') || isHeadwaterError(error, 'bad-name') || isHeadwaterError(error, 'not-supported')) {
    return refused(commit, error.code, error.message)
  }
  const conflict = error instanceof VersionConflict
  if (!conflict && !isHeadwaterError(error, 'id-conflict')) throw error
  const stored = await findStored(commit, bench.store)
  if (stored !== undefined) return accepted(commit, stored)
  if (!conflict) return refused(commit, 'id-conflict', 'an event id of this commit is in use')
  for (const stream of extents(commit.events).keys())
    if (!(await bench.mayPull(stream))) return notPermitted(commit, `read "${stream}", which has changed`)
  const found = await readConflict(commit, bench.store, budget)
  if (found !== undefined || !last) return found
  const { stream, actual } = error
  const expected = extents(commit.events).get(stream)?.expected ?? -1
  return { commit: commit.id, outcome: 'conflict', streams: [{ stream, expected, actual }], events: [] }
}

/** The first answer again, for who stored a commit and lost the right to since. */
async function ownStored(commit: WireCommit, bench: Bench): Promise<PushResult | undefined> {
  const stored = await findStored(commit, bench.store)
  return stored?.every(({ metadata }) => metadata.actor === bench.actor()) === true ? accepted(commit, stored) : undefined
}

async function refusalOf(commit: WireCommit, bench: Bench): Promise<PushResult | undefined> {
  try {
    await bench.validate?.(commit)
    return undefined
  } catch (error) {
    if (error instanceof CommandRefused) return refused(commit, error.reason, error.message)
    if (error instanceof HeadwaterError) {
      // The validator could not read what it needs: that is no verdict.
      if (error.code === 'closed' || error.code === 'storage-failed' || error.code === 'storage-full') throw error
      return refused(commit, error.code, error.message)
    }
    bench.log({ level: 'error', event: 'hook-failed', reason: 'validate', error })
    return refused(commit, 'validation-failed', 'the commit could not be validated')
  }
}

function notPermitted(commit: WireCommit, what: string): PushResult {
  return refused(commit, 'not-permitted', `not permitted to ${what}`)
}

function refused(commit: WireCommit, code: string, message: string): PushResult {
  return { commit: commit.id, outcome: 'refused', code: clip(code, 100), message: clip(message, 2000) }
}
