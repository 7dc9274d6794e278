import { join } from 'node:path'
import { prepare, root } from './install.mjs'
import { main, runNode } from './processes.mjs'

const bin = (/** @type {string} */ path) => join(root, 'node_modules', path)
const tsc = bin('typescript/bin/tsc')

/** Each check: its name, and the node script with its arguments. The build before them has type-checked the library. */
const checks = /** @type {readonly (readonly [string, readonly string[]])[]} */ ([
  ['types of src without a host', [tsc, '-p', 'src']],
  ['types of the tests', [tsc, '-p', 'test']],
  ['types of the demo', [tsc, '-p', 'demo-web']],
  ['lint', [bin('oxlint/bin/oxlint')]],
  ['format', [bin('oxfmt/bin/oxfmt'), '--check', '.']],
  ['package exports', [bin('publint/src/cli.js'), '--strict']],
  ['size', ['test/tools/size.mjs']],
  ['build of the demo', [bin('vite/bin/vite.js'), 'build', '--logLevel', 'warn']],
  ['import rules', [bin('vitest/vitest.mjs'), 'run', '--project', 'node', 'test/structure']],
])

const without = process.argv.filter((argument) => argument.startsWith('--without=')).map((argument) => argument.slice(10))

await main(async () => {
  await prepare()
  if ((await runNode(['test/tools/build.mjs'], { cwd: root })) !== 0) return 1
  const failed = []
  let passed = 0
  for (const [name, args] of checks) {
    if (without.includes(name)) continue
    console.log(`\n--- check: ${name}`)
    if ((await runNode(args, { cwd: root })) === 0) passed += 1
    else failed.push(name)
  }
  for (const name of failed) console.error(`\nThe check "${name}" failed: its output is above.`)
  console.log(`\n${passed} checks passed, ${failed.length} failed`)
  return failed.length === 0 ? 0 : 1
})
