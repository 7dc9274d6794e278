import { readFileSync } from 'node:fs'
import { cpus, totalmem } from 'node:os'
import { join } from 'node:path'
import type { Scenario } from './support/scenario.ts'
import { append } from './append.ts'
import { browserCommit } from './browser-commit.ts'
import { firstSync } from './first-sync.ts'
import { latency } from './latency.ts'
import { line } from './support/report.ts'
import { load } from './load.ts'
import { push } from './push.ts'
import { rebase } from './rebase.ts'

/** `npm run bench` measures everything, `npm run bench -- NAME ...` some of it. A report, no test: nothing fails. */
const scenarios: readonly Scenario[] = [append, browserCommit, firstSync, load, rebase, push, latency]

function version(name: string): string {
  const file = join(import.meta.dirname, '../../node_modules', name, 'package.json')
  return `${name} ${(JSON.parse(readFileSync(file, 'utf8')) as { readonly version: string }).version}`
}

const names = process.argv.slice(2)
const unknown = names.find((name) => scenarios.every((scenario) => scenario.name !== name))
if (unknown !== undefined) {
  console.error(`There is no scenario "${unknown}", expected one of ${scenarios.map(({ name }) => name).join(', ')}.`)
  process.exitCode = 2
} else {
  const cores = cpus()
  console.log(`${cores.length} cores ${cores[0]?.model ?? ''}, ${Math.round(totalmem() / 2 ** 30)} GiB, ${process.platform}`)
  console.log(`Node ${process.versions.node}, ${['better-sqlite3', 'idb', 'ws'].map(version).join(', ')}`)
  console.log('Each figure: median of the rounds (least to most). Ratios are taken within a round: 1.00x is as fast as raw.')
  for (const { name, about, run } of scenarios) {
    if (names.length > 0 && !names.includes(name)) continue
    console.log(`\n${name}: ${about}`)
    await run((figure) => console.log(line(figure)))
  }
}
