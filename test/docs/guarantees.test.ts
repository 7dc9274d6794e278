import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { headings, page, section, top } from './markdown.ts'

const promised = section(page('guarantees.md'), 'Promised')
const parts = promised.split('\n### ').slice(1)

/** The tests a promise names: a file, and the test's name or its start. */
function evidence(part: string): readonly { readonly file: string; readonly name: string }[] {
  return [...part.matchAll(/^- `([^`]+\.tsx?)`: "(.+)"$/gm)].map(([, file, name]) => ({ file: file ?? '', name: name ?? '' }))
}

describe.each(parts.map((part) => ({ heading: part.split('\n')[0] ?? '', part })))('$heading', ({ part }) => {
  it('names tests, in the form that can be checked', () => {
    const lines = part.split('\n').filter((line) => line.startsWith('- `'))
    expect(lines.length).toBeGreaterThan(0)
    expect(evidence(part)).toHaveLength(lines.length)
  })

  it.each(evidence(part))('is shown by a test that exists: $file, $name', ({ file, name }) => {
    const path = join(top, file)
    expect(existsSync(path)).toBe(true)
    const source = readFileSync(path, 'utf8')
    // At the start of a name, as it is written: a test that is renamed has to be renamed here.
    expect(['"', "'", '`'].some((quote) => source.includes(quote + name))).toBe(true)
  })
})

it('finds every heading', () => {
  expect(parts.map((part) => part.split('\n')[0])).toEqual(headings(promised, 3))
  expect(parts.length).toBeGreaterThan(15)
})
