import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { prepare, root } from './install.mjs'
import { Problem, main, runNode } from './processes.mjs'

const script = (/** @type {readonly string[]} */ args, env = {}) => runNode(args, { cwd: root, env: { ...process.env, ...env } })

/** Refuses to start without a browser: found missing at the end, it would cost minutes. */
async function checkChromium() {
  const { tsImport } = await import('tsx/esm/api')
  const found = /** @type {typeof import('./chromium.ts')} */ (await tsImport('./chromium.ts', import.meta.url))
  try {
    console.log(`Browser: ${found.chromiumPath()}`)
  } catch (error) {
    throw new Problem(/** @type {Error} */ (error).message)
  }
}

/** @param {string} file */
async function runTests(file) {
  const reporters = ['--reporter=default', '--reporter=./test/tools/totals.ts']
  const code = await script(['node_modules/vitest/vitest.mjs', 'run', ...reporters], { HEADWATER_TOTALS: file })
  if (!existsSync(file)) throw new Problem('The tests did not run to their end: the reason is above.')
  const totals = /** @type {{ passed: number, failed: number, skipped: number }} */ (JSON.parse(readFileSync(file, 'utf8')))
  if (code !== 0 && totals.failed === 0)
    throw new Problem(`The tests passed, but vitest ended with code ${code}: the reason is above.`)
  return totals
}

await main(async () => {
  await prepare()
  await checkChromium()
  // The structure tests are part of all tests below.
  const checked = await script(['test/tools/check.mjs', '--without=import rules'])
  const folder = mkdtempSync(join(tmpdir(), 'headwater-test-'))
  try {
    const { passed, failed, skipped } = await runTests(join(folder, 'totals.json'))
    if (skipped > 0) console.log(`${skipped} skipped`)
    if (checked !== 0) console.error('The tests ran, but a check failed: see above, or npm run check.')
    // A failed check counts as one failure, so that this line never says less than the exit code.
    const failures = failed + (checked === 0 ? 0 : 1)
    console.log(`${passed} passed, ${failures} failed`)
    return failures === 0 ? 0 : 1
  } finally {
    rmSync(folder, { recursive: true })
  }
})
