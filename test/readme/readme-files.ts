import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const readme = readFileSync(join(import.meta.dirname, '../../README.md'), 'utf8')

/** The files that the README shows, by name. */
export function readmeFiles(): ReadonlyMap<string, string> {
  const blocks = readme.matchAll(/<!-- file: (\S+) -->\n```ts\n([\s\S]*?)```/g)
  return new Map([...blocks].map(([, name = '', code = '']) => [name, code]))
}

/** What a file says it prints: the comments after its calls of console.log. */
export function promisedOutput(code: string): string[] {
  return [...code.matchAll(/console\.log\(.*\/\/ (.+)$/gm)].map(([, output = '']) => output.trim())
}

/** A file with its store replaced, and what that takes imported. */
export function withStore(code: string, store: string, imports: string): string {
  if (!code.includes('store: memoryStore()')) throw new Error('the example has no memory store to replace')
  return `${imports}\n${code.replace('store: memoryStore()', `store: ${store}`)}`
}
