import { expect, it } from 'vitest'
import type { PushResult } from '../../src/sync/index.ts'
import { CLOSE, DEFAULT_LIMITS, MAX_LIMITS } from '../../src/sync/index.ts'
import { decode, KINDS, OUTCOMES } from '../protocol/messages.ts'
import { blocks, page, section } from './markdown.ts'

const text = page('protocol.md')
const examples = blocks(text, 'json')

it.each(examples)('the example decodes: %s', (example) => {
  expect(decode(example)).toEqual(JSON.parse(example))
})

it('every message and every answer to a commit has an example', () => {
  const messages = examples.map(decode)
  expect([...new Set(messages.map(({ type }) => type))].toSorted()).toEqual(KINDS.toSorted())
  const results = messages.flatMap((message): readonly PushResult[] => (message.type === 'pushed' ? message.results : []))
  expect([...new Set(results.map(({ outcome }) => outcome))].toSorted()).toEqual(OUTCOMES.toSorted())
})

it('every close code is in the table', () => {
  const codes = [...section(text, 'error, and close codes').matchAll(/^\| (\d{4}) \|/gm)].map(([, code]) => Number(code))
  for (const code of Object.values(CLOSE)) expect(codes).toContain(code)
})

it('the limits are those of the code', () => {
  const limits = section(text, 'Limits')
  const cell = (value: number): string => value.toLocaleString('en')
  const hardBounds: Readonly<Record<string, number>> = MAX_LIMITS
  for (const [name, value] of Object.entries(DEFAULT_LIMITS) as [string, number][]) {
    const row = limits.split('\n').find((line) => line.startsWith(`| \`${name}\` |`)) ?? ''
    const hard = hardBounds[name] ?? value
    expect(row).toContain(`| ${cell(hard)} |`)
    if (hard !== value) expect(row).toContain(`| ${cell(value)} |`)
  }
  expect(limits).toContain(`| ${cell(MAX_LIMITS.eventsPerMessage)} |`)
})
