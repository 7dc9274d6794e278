import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { promisedOutput, readmeFiles, withStore } from './readme-files.ts'

const top = join(import.meta.dirname, '../..')
const files = readmeFiles()
let folder = ''

beforeAll(() => {
  // Within the package, so that it finds itself by name as a user's code would.
  mkdirSync(join(top, 'dist/readme'), { recursive: true })
  folder = mkdtempSync(join(top, 'dist/readme/'))
  for (const [name, code] of files) writeFileSync(join(folder, name), code)
})

afterAll(() => rmSync(folder, { recursive: true }))

function run(name: string, code: string): string[] {
  writeFileSync(join(folder, name), code)
  const output = execFileSync(process.execPath, ['--import', 'tsx', join(folder, name)], { cwd: folder, encoding: 'utf8' })
  return output.trim().split('\n')
}

const stores = {
  memory: (code: string) => code,
  SQLite: (code: string) =>
    withStore(code, "sqliteStore({ file: 'school.db' })", "import { sqliteStore } from 'headwater/adapters/sqlite'"),
  'a SQLite replica': (code: string) =>
    withStore(code, "sqliteReplica({ file: 'device.db' })", "import { sqliteReplica } from 'headwater/adapters/sqlite'"),
}

describe.each(['school.ts', 'school-of-classes.ts'])("the README's %s", (name) => {
  it.each(Object.entries(stores))('prints what it says, on %s', (store, on) => {
    rmSync(join(folder, 'school.db'), { force: true })
    rmSync(join(folder, 'device.db'), { force: true })
    const code = files.get(name) ?? ''
    expect(promisedOutput(code).length).toBeGreaterThan(0)
    expect(run(`${store.replaceAll(' ', '-')}-${name}`, on(code))).toEqual(promisedOutput(code))
  })
})

it('links only to files there are', () => {
  const readme = readFileSync(join(top, 'README.md'), 'utf8')
  for (const [, path = ''] of readme.matchAll(/\]\((?!http)([^)#]+)/g))
    expect([path, existsSync(join(top, path))]).toEqual([path, true])
})
