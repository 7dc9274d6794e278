import { expect, test } from 'vitest'
import { storageError } from '../../adapters/idb/idb-errors.ts'
import { filterTest, streamFilter } from '../../adapters/idb/stream-filter.ts'

test.each([
  ['QuotaExceededError', 'storage-full'],
  ['VersionError', 'store-newer'],
  ['UnknownError', 'storage-failed'],
  ['AbortError', 'storage-failed'],
])('%s of the browser is %s, with the error as its cause', (name, code) => {
  const cause = new DOMException('message', name)
  expect(storageError('school', cause)).toMatchObject({ code, cause })
})

test('a stream filter finds every stream it was made of, and few others', () => {
  const streams = Array.from({ length: 1000 }, (_, n) => `Dog-${n}`)
  const filter = streamFilter(streams)
  expect(filter).toHaveLength(2000)
  expect(streams.filter((stream) => !filterTest(stream)(filter))).toEqual([])
  const others = Array.from({ length: 20_000 }, (_, n) => `Cat-${n}`)
  expect(others.filter((stream) => filterTest(stream)(filter)).length).toBeLessThan(40)
})

test('stored filters stay readable: the bits of a stream never change', () => {
  expect(
    [...streamFilter(['Dog-fido', 'Größe-漢'])].map((byte) => byte.toString(16).padStart(2, '0')).join(''),
  ).toMatchInlineSnapshot(`"d83fc120"`)
})
