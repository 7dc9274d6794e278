import { join } from 'node:path'
import { prepare, root } from './install.mjs'
import { Problem, ended, listening, main, runNode, start } from './processes.mjs'
import { ports, serveArguments } from './ports.mjs'

const inRoot = (/** @type {Record<string, string>} */ env) => ({ cwd: root, env: { ...process.env, ...env } })
const vite = join(root, 'node_modules/vite/bin/vite.js')

await main(
  async () => {
    const { syncPort, demoPort, env } = await ports()
    await prepare()
    console.log('Building the library and the demo ...')
    if ((await runNode(['test/tools/build.mjs'], inRoot(env))) !== 0) return 1
    if ((await runNode([vite, 'build', '--logLevel', 'warn'], inRoot(env))) !== 0) {
      throw new Problem('The demo does not build: the reason is above.')
    }
    const server = start(process.execPath, serveArguments(syncPort, demoPort), inRoot(env))
    await listening(syncPort, server, 'sync server')
    const demo = start(process.execPath, [vite, 'preview', '--port', String(demoPort), '--logLevel', 'warn'], inRoot(env))
    await listening(demoPort, demo, 'demo')
    console.log(`\n  Headwater demo:  http://localhost:${demoPort}\n  Sync server:     ws://localhost:${syncPort}`)
    console.log('  Data:            ./data/authority.db\n\n  Ctrl-C stops both.\n')
    const name = await Promise.race([ended(server).then(() => 'sync server'), ended(demo).then(() => 'demo')])
    throw new Problem(`The ${name} ended by itself: its own message is above.`)
  },
  { stoppedCode: 0 },
)
