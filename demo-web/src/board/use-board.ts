import type { ArgsOf } from 'headwater'
import type { BoardCommands } from '../domain/board.ts'
import type { BoardState } from '../domain/board-state.ts'
import { isHeadwaterError } from 'headwater'
import { useAggregate } from 'headwater/react'
import { useCallback } from 'react'
import { Board } from '../domain/board.ts'
import { keepStorage } from '../app/keep-storage.ts'
import { useNotices } from '../app/notice.tsx'
import { wordsOf } from '../app/words-of.ts'

/** Runs a command of the board; gives whether it was done, and has explained why not. */
export type Act = <K extends keyof BoardCommands>(said: string, command: K, ...args: ArgsOf<BoardCommands[K]>) => Promise<boolean>

/** A board and a way to change it that says what happened, or kindly why it did not. */
export function useBoard(id: string): {
  readonly board: BoardState
  readonly version: number
  readonly loading: boolean
  readonly error?: unknown
  readonly act: Act
} {
  const { state, version, loading, error, execute } = useAggregate(Board, id)
  const { explain, announce } = useNotices()
  const act = useCallback<Act>(
    async (said, command, ...args) => {
      try {
        await execute(command, ...args)
      } catch (failure) {
        explain(isHeadwaterError(failure) ? failure.message : `That could not be saved: ${wordsOf(failure)}`)
        return false
      }
      keepStorage()
      announce(said)
      return true
    },
    [execute, explain, announce],
  )
  return { board: state, version, loading, error, act }
}
