import type { EventStore } from '../../src/store.ts'
import type { LogEntry } from '../log.ts'
import type { Listening } from '../ws-shell.ts'
import type { ServeSettings } from './arguments.ts'
import { isHeadwaterError } from '../../src/errors.ts'
import { createSyncServer } from '../server.ts'
import { sharedToken } from '../shared-token.ts'
import { listen } from '../ws-shell.ts'

/** Something whoever started the server can act on: one sentence, no stack. */
export class StartError extends Error {}

/** Serves a store until SIGINT or SIGTERM, then drains and closes everything. Throws {@link StartError}. */
export async function serve(settings: ServeSettings, openStore: () => Promise<EventStore>): Promise<void> {
  const { storeUrl, token } = settings
  const store = await opened(openStore, storeUrl)
  const server = createSyncServer({ store, log: logLine, ...(token === undefined ? {} : { authenticate: sharedToken(token) }) })
  try {
    const listening = await bound(settings, () => listen({ server, ...settings, log: logLine }))
    console.log(`headwater: listening on ${listening.url}, store ${storeUrl}`)
    await stopSignal()
    console.log('headwater: stopping')
    await listening.close()
  } finally {
    server.close()
    await store.close()
  }
}

async function opened(openStore: () => Promise<EventStore>, storeUrl: string): Promise<EventStore> {
  let store: EventStore | undefined
  try {
    store = await openStore()
    // Stores open when first used: a wrong file is to be told now, not to the first client.
    await store.head()
    return store
  } catch (error) {
    await store?.close()
    const { message } = error as Error
    const why = isHeadwaterError(error, 'missing-driver') ? message : `cannot open the store ${storeUrl}: ${message}`
    throw new StartError(why, { cause: error })
  }
}

async function bound({ host, port }: ServeSettings, start: () => Promise<Listening>): Promise<Listening> {
  try {
    return await start()
  } catch (error) {
    if (isHeadwaterError(error)) throw new StartError(error.message, { cause: error })
    const { code, message } = error as NodeJS.ErrnoException
    const why =
      code === 'EADDRINUSE'
        ? `port ${port} is taken: stop the program that uses it, or choose another with --port`
        : `cannot listen on ${host}:${port}: ${message}`
    throw new StartError(why, { cause: error })
  }
}

/** Resolves at the first signal; a second one ends the process at once, as if nobody listened. */
function stopSignal(): Promise<void> {
  return new Promise((resolve) => {
    const stop = (): void => {
      process.off('SIGINT', stop)
      process.off('SIGTERM', stop)
      resolve()
    }
    process.on('SIGINT', stop)
    process.on('SIGTERM', stop)
  })
}

/** Warnings and errors as one line of JSON each, on stderr. */
function logLine({ error, ...entry }: LogEntry): void {
  if (entry.level === 'info') return
  const why = error instanceof Error ? { error: error.message } : {}
  console.error(JSON.stringify({ time: new Date().toISOString(), ...entry, ...why }))
}
