import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'
import { decoratorStory } from './story.ts'

it('@event works with legacy decorators', async () => {
  await decoratorStory()
})

it('@event works with standard decorators', () => {
  const script = fileURLToPath(new URL('standard.ts', import.meta.url))
  const root = fileURLToPath(new URL('../..', import.meta.url))
  // The library's own tsconfig has no experimentalDecorators: tsx then makes standard ones.
  const output = execFileSync(process.execPath, ['--import', 'tsx', script], {
    cwd: root,
    env: { ...process.env, TSX_TSCONFIG_PATH: 'tsconfig.json' },
  })
  expect(output.toString()).toBe('ok')
})
