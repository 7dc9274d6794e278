import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { headings, page, section, top } from './markdown.ts'

const text = page('errors.md')

function codesOfErrors(): readonly string[] {
  const source = readFileSync(join(top, 'src/errors.ts'), 'utf8')
  const [, union] = /export type ErrorCode =\n((?: {2}\| '[a-z-]+'\n)+)/.exec(source) ?? []
  return [...(union ?? '').matchAll(/'([a-z-]+)'/g)].map(([, code]) => code ?? '')
}

/** All the code in a folder. */
function sourceOf(folder: string): string {
  const files = readdirSync(join(top, folder), { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'))
  return files.map((file) => readFileSync(join(top, folder, file), 'utf8')).join('\n')
}

/** The codes in the first column of a section's table. */
function codesIn(heading: string): readonly string[] {
  const cells = [...section(text, heading).matchAll(/^\| (.+?) \|/gm)].map(([, cell]) => cell ?? '')
  return cells.flatMap((cell) => [...cell.matchAll(/`([a-z-]+)`/g)].map(([, code]) => code ?? ''))
}

it('has a heading for each code, in order, and none for another', () => {
  const codes = codesOfErrors()
  expect(codes.length).toBeGreaterThan(20)
  expect(headings(section(text, 'Codes of errors'), 3)).toEqual(codes)
})

it('says for each code what to do', () => {
  for (const part of section(text, 'Codes of errors').split('\n### ').slice(1)) expect(part).toContain('**Do:**')
})

it.each([
  ['Codes on the wire', ['sync-server']],
  ['Codes of refusals', ['sync-server', 'src/sync']],
  ['Reasons of a status', ['src/sync/client']],
])('names under "%s" only codes that the code says', (heading, folders) => {
  const sources = folders.map(sourceOf).join('\n')
  // A rule's own code stands for many, and one example of an error's code is among them.
  const codes = codesIn(heading).filter((code) => code !== 'schema-mismatch')
  expect(codes.length).toBeGreaterThan(3)
  expect(codes.filter((code) => !sources.includes(`'${code}'`))).toEqual([])
})
