import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

/** A message as it was, and must for ever be, said. */
export interface Fixture {
  readonly name: string
  /** The text of the message; the file spreads it over lines. */
  readonly frame: string
}

const folder = join(import.meta.dirname, 'fixtures')

/** The messages of one protocol version. Those of a released version are never changed, only added to. */
export function fixturesOf(version: number): readonly Fixture[] {
  const files = readdirSync(join(folder, `v${version}`)).filter((file) => file.endsWith('.json'))
  return files.map((file) => ({
    name: file.slice(0, -'.json'.length),
    frame: JSON.stringify(JSON.parse(readFileSync(join(folder, `v${version}`, file), 'utf8'))),
  }))
}
