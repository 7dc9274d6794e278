import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, expect, it } from 'vitest'
import type { ConformanceReport } from '../../src/testing.ts'
import { storageConformance, storeConformance } from '../../src/testing.ts'
import { page, top } from './markdown.ts'

const folder = mkdtempSync(join(tmpdir(), 'headwater-docs-'))
afterAll(() => rmSync(folder, { recursive: true }))

const entries: Readonly<Record<string, string>> = {
  headwater: 'src/index.ts',
  'headwater/sync': 'src/sync/index.ts',
  'headwater/testing': 'src/testing.ts',
}

/** Writes a code block of the page to a file, its imports of the package led to the sources. */
function extract(name: string, file: string): string {
  const [, code] = new RegExp(`^\`\`\`ts ${name}\\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(page('writing-an-adapter.md')) ?? []
  if (code === undefined) throw new Error(`no block "${name}"`)
  const path = join(folder, file)
  const resolved = code.replace(/from '(headwater[^']*)'/g, (_, entry: string) => `from '${join(top, entries[entry] ?? entry)}'`)
  writeFileSync(path, resolved)
  return pathToFileURL(path).href
}

it('the adapter on the page keeps the whole store contract', { timeout: 120_000 }, async () => {
  extract('adapter', 'list-store.ts')
  const { report } = (await import(extract('harness', 'conformance.ts'))) as { readonly report: ConformanceReport }
  expect(report.results.filter(({ outcome }) => outcome === 'failed')).toEqual([])
  expect(report.passed + report.skipped).toBe(storeConformance.length)
  expect(report.skipped).toBeLessThan(10)
})

it('the storage harness on the page runs the storage suite', { timeout: 120_000 }, async () => {
  const { passed } = (await import(extract('storage', 'storage.ts'))) as { readonly passed: readonly string[] }
  expect(passed.length).toBeGreaterThan(storageConformance.length / 2)
})
