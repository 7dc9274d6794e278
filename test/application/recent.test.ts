import { expect, it } from 'vitest'
import { Recent } from '../../src/recent.ts'

it('keeps the values stored last, and makes room by the oldest', () => {
  const recent = new Recent<number>(2)
  recent.set('a', 1)
  recent.set('b', 2)
  recent.set('a', 3)
  recent.set('c', 4)
  expect(['a', 'b', 'c'].map((name) => recent.get(name))).toEqual([3, undefined, 4])
  recent.delete('a')
  expect(recent.get('a')).toBeUndefined()
  recent.clear()
  expect(recent.get('c')).toBeUndefined()
})
