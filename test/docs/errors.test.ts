import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { headings, page, section, top } from './markdown.ts'

const text = page('errors.md')

function codesOfErrors(): readonly string[] {
  const source = readFileSync(join(top, 'src/errors.ts'), 'utf8')
  const [, union] = /export type ErrorCode =\n((?: {2}\| '[a-z-]+'\n)+)/.exec(source) ?? []
  return [...(union ?? '').matchAll(/'([a-z-]+)'/g)].map(([, code]) => code ?? '')
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
  ['Codes on the wire', ['sync-server/handshake.ts', 'sync-server/connection.ts']],
  ['Codes of refusals', ['sync-server/judge.ts', 'src/sync/replica/redecide.ts', 'src/sync/client/pusher.ts']],
  ['Reasons of a status', ['src/sync/client/engine.ts', 'src/sync/client/pusher.ts', 'src/sync/client/status.ts']],
])('names under "%s" only codes that the code says', (heading, files) => {
  const sources = files.map((file) => readFileSync(join(top, file), 'utf8')).join('\n')
  // A rule's own code stands for many, and one example of an error's code is among them.
  const codes = codesIn(heading).filter((code) => code !== 'schema-mismatch')
  expect(codes.length).toBeGreaterThan(3)
  for (const code of codes) expect(sources).toContain(`'${code}'`)
})
