import type { Application, EventStore, Receipt, RecordedEvent } from '../../src/index.ts'
import type { Replica, Sync } from '../../src/sync/index.ts'
import type { SyncServer } from '../../sync-server/index.ts'
import { createApplication } from '../../src/index.ts'
import { memoryReplica, startSyncOn } from '../../src/sync/index.ts'
import { List } from '../examples/board.ts'
import { MemoryLink } from './memory-link.ts'
import { all } from './all.ts'

/** One device: its replica, its application, its way to the server. */
export class Device {
  readonly app: Application
  readonly link: MemoryLink
  readonly replica: Replica
  sync: Sync

  constructor(server: SyncServer, replica: Replica = memoryReplica(), follow?: readonly string[]) {
    this.replica = replica
    this.link = new MemoryLink(server)
    this.app = createApplication({ name: 'Lists', aggregates: [List], store: replica })
    this.sync = startSyncOn(this.app, this.link.host, follow)
  }

  /** Ends the session, as closing the app does; what is stored stays. */
  async restart(): Promise<void> {
    await this.sync.close()
    this.sync = startSyncOn(this.app, this.link.host)
  }

  add(list: string, item: string): Promise<Receipt> {
    return this.app.execute(List, list, 'add', item)
  }

  async items(list: string): Promise<readonly string[]> {
    return (await this.app.get(List, list)).state.items
  }

  log(): Promise<RecordedEvent[]> {
    return all(this.replica.readAll())
  }
}

/** Waits for a condition that something is already working towards; says what it waited for when it never comes. */
export async function until(what: string, there: () => boolean | Promise<boolean>, timeoutMs = 10_000): Promise<void> {
  const end = Date.now() + timeoutMs
  while (!(await there())) {
    if (Date.now() > end) throw new Error(`waited ${timeoutMs} ms for: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 2))
  }
}

/** The log of a store, as text: two logs of the same bytes are the same history. */
export async function bytes(store: EventStore): Promise<string> {
  return (await all(store.readAll())).map((event) => JSON.stringify(sorted(event))).join('\n')
}

function sorted({ position, stream, version, id, type, data, metadata }: RecordedEvent): unknown {
  return { position, stream, version, id, type, data, metadata }
}
