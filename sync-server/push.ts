import type { PushResult, WireCommit } from '../src/sync/protocol/messages.ts'
import type { Bench } from './judge.ts'
import type { Turn } from './lanes.ts'
import { isHeadwaterError } from '../src/errors.ts'
import { commitProblem, exactBatch, stamped } from './commit.ts'
import { ReplyBudget } from './conflict.ts'
import { accepted, judgeCommit } from './judge.ts'
import { Lanes } from './lanes.ts'

/** The most events of a run that is appended as one. */
const MAX_RUN = 1000

/** Commits that follow each other in one lane; more than one only where all are of the same single stream. */
interface Run {
  readonly streams: readonly string[]
  readonly commits: { readonly commit: WireCommit; readonly index: number }[]
  events: number
}

/** Judges the pushes of one session. */
export class Pusher {
  readonly #bench: Bench
  readonly #lanes = new Lanes()

  constructor(bench: Bench) {
    this.#bench = bench
  }

  /** One verdict for each commit, in their order; rejects when the store or a hook failed. */
  async judge(commits: readonly WireCommit[]): Promise<readonly PushResult[]> {
    // A validator may look at the state that the commits before have left: then each is stored before the next.
    const runs = runsOf(commits, this.#bench.validate === undefined)
    const turns = runs.map((run) => ({ run, turn: this.#lanes.enter(run.streams) }))
    const results = new Map<number, PushResult>()
    const budget = new ReplyBudget()
    try {
      await Promise.all(turns.map(({ run, turn }) => this.#judgeRun(run, turn, results, budget)))
    } finally {
      for (const { run, turn } of turns) this.#lanes.leave(turn, run.streams)
    }
    return commits.map((_, index) => results.get(index) as PushResult)
  }

  async #judgeRun({ streams, commits }: Run, turn: Turn, results: Map<number, PushResult>, budget: ReplyBudget): Promise<void> {
    await turn.ready
    let failed: string | undefined = commits[0]?.commit.id
    try {
      if (turn.blockedBy === undefined && commits.length > 1 && (await this.#appendRun(commits, results))) {
        failed = undefined
        return
      }
      let blockedBy = turn.blockedBy
      let first: string | undefined
      for (const { commit, index } of commits) {
        const result: PushResult =
          blockedBy === undefined
            ? await judgeCommit(commit, this.#bench, budget)
            : { commit: commit.id, outcome: 'held', by: blockedBy }
        results.set(index, result)
        if (result.outcome === 'accepted') continue
        blockedBy ??= commit.id
        first ??= commit.id
      }
      failed = first
    } finally {
      turn.finish(streams, failed)
    }
  }

  /** All of a run in one append; false, with nothing stored, when its commits have to be judged one by one. */
  async #appendRun(run: Run['commits'], results: Map<number, PushResult>): Promise<boolean> {
    const [stream] = run[0]?.commit.events.map((event) => event.stream) ?? []
    if (stream === undefined || !(await this.#bench.mayPush(stream))) return false
    const commits = run.map(({ commit, index }) => ({ commit: stamped(commit, this.#bench.actor()), index }))
    try {
      this.#bench.checkOpen()
      const stored = await this.#bench.store.append(exactBatch(commits.flatMap(({ commit }) => commit.events)))
      let next = 0
      for (const { commit, index } of commits) {
        results.set(index, accepted(commit, stored.slice(next, (next += commit.events.length))))
      }
      return true
    } catch (error) {
      if (VERDICTS.some((code) => isHeadwaterError(error, code))) return false
      throw error
    }
  }
}

/** What an append says about its batch, not about the store. */
const VERDICTS = ['version-conflict', 'id-conflict', 'bad-data', 'bad-name', 'not-supported'] as const

function runsOf(commits: readonly WireCommit[], join: boolean): readonly Run[] {
  const runs: Run[] = []
  const open = new Map<string, { readonly run: Run; readonly next: number }>()
  for (const [index, commit] of commits.entries()) {
    const streams = [...new Set(commit.events.map(({ stream }) => stream))]
    const [only] = streams
    const joinable = join && only !== undefined && streams.length === 1 && commitProblem(commit) === undefined
    const version = commit.events[0]?.version ?? 0
    const before = joinable ? open.get(only) : undefined
    let run = before?.run
    if (run === undefined || before?.next !== version || run.events + commit.events.length > MAX_RUN) {
      run = { streams, commits: [], events: 0 }
      runs.push(run)
    }
    run.commits.push({ commit, index })
    run.events += commit.events.length
    for (const stream of streams) open.delete(stream)
    if (joinable) open.set(only, { run, next: version + commit.events.length })
  }
  return runs
}
