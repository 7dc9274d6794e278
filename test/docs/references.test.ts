import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, it } from 'vitest'
import { headings, page, top } from './markdown.ts'

const pages = ['protocol.md', 'errors.md', 'architecture.md', 'guarantees.md', 'writing-an-adapter.md']

/** The part of an address that leads to a heading. */
function anchor(heading: string): string {
  return heading
    .toLowerCase()
    .replace(/[^a-z0-9 -]/g, '')
    .replaceAll(' ', '-')
}

it.each(pages)('the files that %s names are there', (name) => {
  const paths = [...page(name).matchAll(/`((?:src|adapters|sync-server|demo-web|test)\/[^`\s<]*)`/g)].map(
    ([, path]) => path ?? '',
  )
  const missing = paths.filter((path) => path !== 'test/protocol/fixtures/v2/' && !existsSync(join(top, path)))
  expect(missing).toEqual([])
})

it.each(pages)('the links of %s lead somewhere', (name) => {
  for (const [, path, heading] of page(name).matchAll(/\]\(([^)#\s]*)(?:#([^)]+))?\)/g)) {
    const target = path === '' || path === undefined ? name : path
    expect(existsSync(join(top, 'docs', dirname(target), target)), target).toBe(true)
    if (heading === undefined) continue
    const found = [1, 2, 3].flatMap((level) => headings(page(target), level)).map(anchor)
    expect(found, `${target}#${heading}`).toContain(heading)
  }
})
