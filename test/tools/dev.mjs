import { join } from 'node:path'
import { prepare, root } from './install.mjs'
import { Problem, ended, listening, main, runNode, start } from './processes.mjs'
import { ports, serveArguments } from './ports.mjs'

const node = (/** @type {readonly string[]} */ args, env = {}) =>
  start(process.execPath, args, { cwd: root, env: { ...process.env, ...env } })

await main(
  async () => {
    const { syncPort, demoPort, env } = await ports()
    await prepare()
    // Once before watching: the sync server and the demo start from what is compiled.
    if ((await runNode(['test/tools/build.mjs'], { cwd: root })) !== 0) return 1
    const compiler = node([join(root, 'node_modules/typescript/bin/tsc'), '--watch', '--preserveWatchOutput'])
    const server = node(['--watch', '--watch-preserve-output', ...serveArguments(syncPort, demoPort)])
    const demo = node([join(root, 'node_modules/vite/bin/vite.js'), '--port', String(demoPort)], env)
    await listening(demoPort, demo, 'demo')
    const first = [compiler, server, demo].map((child) => ended(child))
    await Promise.race(first)
    throw new Problem('One of the compiler, the sync server and the demo ended: its own message is above.')
  },
  { stoppedCode: 0 },
)
