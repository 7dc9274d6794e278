import { chmodSync, existsSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { prepare, root } from './install.mjs'
import { Problem, main, runNode } from './processes.mjs'

/** Deletes what was compiled from a source that is no longer there: it would be published. */
function prune() {
  for (const folder of ['src', 'adapters', 'sync-server']) {
    const compiled = join(root, 'dist', folder)
    if (!existsSync(compiled)) continue
    for (const file of readdirSync(compiled, { recursive: true, encoding: 'utf8' })) {
      const stem = /^(.+?)(?:\.d\.ts|\.js)$/.exec(file)?.[1]
      const kept = stem === undefined || ['.ts', '.tsx'].some((end) => existsSync(join(root, folder, stem + end)))
      if (!kept) rmSync(join(compiled, file))
    }
  }
}

await main(async () => {
  await prepare()
  const code = await runNode([join(root, 'node_modules/typescript/bin/tsc'), '-p', root], { cwd: root })
  if (code !== 0) throw new Problem('The library does not compile: the errors are above.')
  prune()
  const bin = join(root, 'dist/sync-server/main.js')
  if (existsSync(bin)) chmodSync(bin, 0o755)
})
