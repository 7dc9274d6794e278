import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export const top: string = join(import.meta.dirname, '../..')

/** A page of the documentation as text. */
export function page(name: string): string {
  return readFileSync(join(top, 'docs', name), 'utf8')
}

/** The code blocks of a language, in order. */
export function blocks(markdown: string, language: string): readonly string[] {
  return [...markdown.matchAll(/^```(\w*)\n([\s\S]*?)^```$/gm)]
    .filter(([, found]) => found === language)
    .map(([, , code]) => code ?? '')
}

/** The headings of a level, without their marks. */
export function headings(markdown: string, level: number): readonly string[] {
  const prose = markdown.replace(/^```[\s\S]*?^```$/gm, '')
  return [...prose.matchAll(/^(#+) (.+)$/gm)].filter(([, marks]) => marks?.length === level).map(([, , text]) => text ?? '')
}

/** The text under a heading of level two, up to the next one. */
export function section(markdown: string, heading: string): string {
  const [, rest] = markdown.split(`\n## ${heading}\n`)
  if (rest === undefined) throw new Error(`no heading "${heading}"`)
  return rest.split('\n## ')[0] ?? ''
}
