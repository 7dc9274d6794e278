import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const top = join(import.meta.dirname, '../..')
const { exports: entries } = JSON.parse(readFileSync(join(top, 'package.json'), 'utf8')) as {
  exports: Record<string, string | { readonly default: string }>
}
const modules = Object.entries(entries).flatMap(([name, entry]) =>
  typeof entry === 'string' ? [] : [[name, entry.default] as const],
)

/**
 * Imports a module in a fresh process, and says what it left behind: globals and their members added, changed or removed,
 * timers and handles, listeners on the process, output.
 */
function effectsOf(url: string): string[] {
  // Libraries, allowed to the React entry and to adapters, are loaded before we look.
  const script = `
    for (const library of ['react', 'idb', 'better-sqlite3', 'ws']) await import(library)
    const look = () => {
      const seen = new Map()
      const note = (path, object) => {
        for (const key of Reflect.ownKeys(object)) {
          const { value, get, set } = Reflect.getOwnPropertyDescriptor(object, key)
          seen.set(path + String(key), value ?? get ?? set)
        }
      }
      note('', globalThis)
      for (const name of Object.getOwnPropertyNames(globalThis)) {
        const builtIn = /^[A-Z]/.test(name) ? globalThis[name] : undefined
        if (typeof builtIn !== 'function' && typeof builtIn !== 'object') continue
        note(name + '.', builtIn)
        if (builtIn.prototype != null) note(name + '.prototype.', builtIn.prototype)
      }
      for (const event of process.eventNames()) seen.set('listeners of ' + String(event), process.listenerCount(event))
      const resources = process.getActiveResourcesInfo().filter((name) => !/^(Pipe|TTY|FileHandle|Immediate|FS)/.test(name))
      seen.set('resources', resources.sort().join())
      return seen
    }
    look()
    const before = look()
    let output = ''
    const write = process.stdout.write
    process.stdout.write = process.stderr.write = (text) => (output += text, true)
    await import(process.argv[1])
    process.stdout.write = write
    const after = look()
    const changed = [...new Set([...before.keys(), ...after.keys()])].filter((key) => !Object.is(before.get(key), after.get(key)))
    if (output !== '') changed.push('output: ' + output)
    console.log(JSON.stringify(changed))`
  // A handle that is left open keeps the process alive, and the timeout fails the test.
  const output = execFileSync(process.execPath, ['--input-type=module', '-e', script, url], {
    cwd: top,
    timeout: 25_000,
    encoding: 'utf8',
  })
  return JSON.parse(output) as string[]
}

test.each(modules)('importing %s does nothing', (_name, file) => {
  const path = join(top, file)
  expect(existsSync(path), `${file} is compiled`).toBe(true)
  expect(effectsOf(path)).toEqual([])
})

test.each([
  ['a new global', `globalThis.leaked = 1`],
  ['a member of a built-in', `Array.prototype.leaked = 1`],
  ['a changed built-in', `Promise.all = () => {}`],
  ['a timer', `setTimeout(() => {}, 50)`],
  ['a listener', `process.on('SIGINT', () => {})`],
  ['output', `console.log('hello')`],
])('%s left by a module is noticed', (_name, code) => {
  expect(effectsOf(`data:text/javascript,${encodeURIComponent(code)}`)).toHaveLength(1)
})

test('the types need no library setting beyond ES2022 and the DOM', () => {
  const folder = mkdtempSync(join(tmpdir(), 'headwater-types-'))
  const file = join(folder, 'every-entry.mts')
  writeFileSync(file, modules.map(([, path]) => `import ${JSON.stringify(join(top, path))}\n`).join(''))
  const settings = '--ignoreConfig --noEmit --strict --target es2022 --lib es2022,dom --module nodenext --types'.split(' ')
  const compiler = join(top, 'node_modules/typescript/bin/tsc')
  const { stdout, status } = spawnSync(process.execPath, [compiler, ...settings, '', file], { encoding: 'utf8' })
  rmSync(folder, { recursive: true })
  expect(stdout).toBe('')
  expect(status).toBe(0)
})
