import type { Receipt } from '../../../src/index.ts'
import { createApplication } from '../../../src/index.ts'
import { idbReplica } from '../../../adapters/idb/index.ts'
import { startSync } from '../../../src/sync/index.ts'
import { List } from '../../examples/board.ts'

/** A small app for pages: lists over IndexedDB, synchronised; everything it gives is plain data. */
export function openLists(name: string, url: string) {
  const replica = idbReplica({ name })
  const app = createApplication({ name: 'Lists', aggregates: [List], store: replica })
  const sync = startSync(app, { url })
  const receipts: Receipt[] = []
  return {
    async add(list: string, item: string): Promise<string> {
      const receipt = await app.execute(List, list, 'add', item)
      receipts.push(receipt)
      return receipt.commitId
    },
    items: async (list: string) => (await app.get(List, list)).state.items,
    verdict: (commitId: string) => app.verdict(commitId),
    status: () => sync.status,
    pending: async () => (await sync.pending()).length,
    inbox: () => sync.inbox.list(),
    async log() {
      const events: unknown[] = []
      for await (const { position, stream, version, id, type, data, metadata } of app.log()) {
        events.push({ position, stream, version, id, type, data, metadata })
      }
      return events
    },
    close: () => sync.close(),
  }
}

/** What a page of the e2e tests has on its window. */
export interface ListsPage {
  readonly headwater: { readonly openLists: typeof openLists }
  lists: ReturnType<typeof openLists>
}
