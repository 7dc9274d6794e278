import type { ArgsOf } from 'headwater'
import type { BoardCommands } from '../../demo-web/src/domain/board.ts'
import { createApplication, memoryStore } from 'headwater'
import { describe, expect, test } from 'vitest'
import { Board } from '../../demo-web/src/domain/board.ts'
import { cardsIn, fill, peopleOn } from '../../demo-web/src/domain/board-state.ts'

function boardOf() {
  const application = createApplication({ name: 'Kanban', aggregates: [Board], store: memoryStore() })
  const act = <K extends keyof BoardCommands>(command: K, ...args: ArgsOf<BoardCommands[K]>) =>
    application.execute(Board, 'team', command, ...args)
  const state = async () => (await application.get(Board, 'team')).state
  const titles = async (column: string) => cardsIn(await state(), column).map(({ title }) => title)
  const idOf = async (title: string) => (await state()).cards.find((card) => card.title === title)?.id ?? ''
  return { act, state, titles, idOf }
}

async function boardWith(...cards: readonly (readonly [title: string, column: string])[]) {
  const board = boardOf()
  await board.act('create', 'Team')
  for (const [title, column] of cards) await board.act('addCard', title, column, null)
  return board
}

const full = [
  ['a', 'doing'],
  ['b', 'doing'],
  ['c', 'doing'],
] as const

describe('the limit of a column', () => {
  test('refuses one card more, in words', async () => {
    const { act, idOf, titles } = await boardWith(...full, ['Fix login', 'todo'])
    const move = act('moveCard', await idOf('Fix login'), 'doing', null)
    await expect(move).rejects.toMatchObject({
      reason: 'wip-limit',
      message: '“Fix login” cannot move to Doing: Doing already holds 3 of 3.',
    })
    await expect(act('addCard', 'new', 'doing', null)).rejects.toMatchObject({ reason: 'wip-limit' })
    expect(await titles('doing')).toEqual(['a', 'b', 'c'])
  })

  test('does not keep cards from moving within a full column, or out of it', async () => {
    const { act, idOf, titles } = await boardWith(...full)
    await act('moveCard', await idOf('c'), 'doing', await idOf('a'))
    expect(await titles('doing')).toEqual(['c', 'a', 'b'])
    await act('moveCard', await idOf('c'), 'done', null)
    expect(await titles('done')).toEqual(['c'])
  })

  test('can be raised and lifted, and lowered below what is there', async () => {
    const { act, state } = await boardWith(...full)
    await act('limitColumn', 'doing', 4)
    await act('addCard', 'd', 'doing', null)
    await act('limitColumn', 'doing', 2)
    await expect(act('addCard', 'e', 'doing', null)).rejects.toThrow('Doing already holds 4 of 2.')
    await act('limitColumn', 'doing', null)
    await act('addCard', 'e', 'doing', null)
    const board = await state()
    expect(board.columns.map((column) => fill(board, column))).toEqual(['0', '5', '0'])
    await expect(act('limitColumn', 'doing', 0)).rejects.toMatchObject({ reason: 'bad-limit' })
  })
})

describe('cards', () => {
  test('take the place before another card, or the last when it is not there', async () => {
    const { act, idOf, titles } = await boardWith(['a', 'todo'], ['b', 'todo'], ['c', 'done'])
    await act('moveCard', await idOf('c'), 'todo', await idOf('b'))
    expect(await titles('todo')).toEqual(['a', 'c', 'b'])
    await act('moveCard', await idOf('a'), 'todo', 'of-another-board')
    expect(await titles('todo')).toEqual(['c', 'b', 'a'])
  })

  test('that are where they should be are left alone', async () => {
    const { act, idOf } = await boardWith(['a', 'todo'], ['b', 'todo'])
    expect((await act('moveCard', await idOf('a'), 'todo', await idOf('b'))).recorded).toEqual([])
    expect((await act('moveCard', await idOf('b'), 'todo', null)).recorded).toEqual([])
    expect((await act('renameCard', await idOf('a'), ' a ')).recorded).toEqual([])
  })

  test('are renamed, assigned and removed', async () => {
    const { act, idOf, state } = await boardWith(['a', 'todo'], ['b', 'todo'])
    await act('renameCard', await idOf('a'), 'A')
    await act('assignCard', await idOf('A'), 'Zoe')
    await act('assignCard', await idOf('b'), 'Ann')
    expect(peopleOn(await state())).toEqual(['Ann', 'Zoe'])
    const gone = await idOf('b')
    await act('removeCard', gone)
    expect((await act('removeCard', gone)).recorded).toEqual([])
    expect((await state()).cards).toMatchObject([{ title: 'A', assignee: 'Zoe' }])
    await expect(act('renameCard', gone, 'x')).rejects.toMatchObject({ reason: 'card-gone' })
  })
})

test('a board is created once, and has a name', async () => {
  const { act, state } = boardOf()
  await expect(act('create', '  ')).rejects.toMatchObject({ reason: 'empty' })
  await act('create', ' Team ')
  await expect(act('create', 'Again')).rejects.toMatchObject({ reason: 'exists' })
  await act('rename', 'Crew')
  expect((await state()).name).toBe('Crew')
  await expect(act('rename', 'x'.repeat(201))).rejects.toMatchObject({ reason: 'too-long' })
  await expect(act('addCard', 'a', 'nowhere', null)).rejects.toMatchObject({ reason: 'no-column' })
})
