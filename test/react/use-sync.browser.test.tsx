import type { InboxHandle } from '../../src/react.ts'
import type { SyncHost } from '../../src/sync/index.ts'
import { useEffect } from 'react'
import { expect, test } from 'vitest'
import { createApplication } from '../../src/index.ts'
import { memoryDisk, memoryReplica, startSyncOn } from '../../src/sync/index.ts'
import { Ledger } from '../../src/sync/client/ledger.ts'
import { Headwater, useAggregate, useInbox, usePending, useSync } from '../../src/react.ts'
import { Dog } from '../examples/dog.ts'
import { render, until } from './support/render.tsx'

/** A world whose server never answers. */
const deadEnd: SyncHost = {
  connect: (handlers) => {
    queueMicrotask(() => handlers.closed(1006, ''))
    return { send: () => undefined, close: () => undefined }
  },
  token: () => Promise.resolve(undefined),
  now: () => Date.now(),
  random: () => 0.5,
  setTimer: () => () => undefined,
}

function school() {
  const store = memoryReplica({ disk: memoryDisk(crypto.randomUUID()) })
  const application = createApplication({ name: 'School', aggregates: [Dog], store })
  return { store, application, sync: startSyncOn(application, deadEnd) }
}

function Status() {
  const { status, pending } = useSync()
  return (
    <p>{`${status} ${pending} ${usePending()
      .map(({ command }) => command?.name ?? '')
      .join()}`}</p>
  )
}

test('it says that there is no connection, what is pending, and that sync was closed', async () => {
  const { application, sync } = school()
  const { text } = render(
    <Headwater application={application} sync={sync}>
      <Status />
    </Headwater>,
  )
  await until(text, 'offline 0 ')
  await application.execute(Dog, 'fido', 'register', 'Fido')
  await until(text, 'offline 1 register')
  await sync.close()
  await until(() => text().split(' ')[0], 'stopped')
})

test('without a sync it is stopped', async () => {
  const { application } = school()
  const { text } = render(
    <Headwater application={application}>
      <Status />
    </Headwater>,
  )
  await until(text, 'stopped 0 ')
})

test('what was refused is shown, edited, and lets go', async () => {
  const { store, application, sync } = school()
  let inbox: InboxHandle | undefined
  function Inbox() {
    const found = useInbox()
    useEffect(() => {
      inbox = found
    })
    const { state } = useAggregate(Dog, 'fido')
    return <p>{`${found.entries.map(({ code }) => code).join()} ${state.name}`}</p>
  }
  const { text } = render(
    <Headwater application={application} sync={sync}>
      <Inbox />
    </Headwater>,
  )
  await until(text, ' ')
  const refuse = async (name: string) => {
    const { commitId, recorded } = await application.execute(Dog, 'fido', 'register', name)
    const [commit] = (await sync.pending()).slice(-1)
    const result = { commit: commitId, outcome: 'refused', code: 'not-permitted', message: 'no' } as const
    const ledger = new Ledger(store)
    await ledger.lead([''])
    await ledger.settle([{ seq: commit?.seq ?? 0, eventIds: recorded.map(({ id }) => id), result }])
    return commitId
  }
  const first = await refuse('Fiddo')
  await until(text, 'not-permitted ')
  await inbox?.edit(first, ['Fido'])
  await until(text, ' Fido')
  const second = await refuse('Rex')
  await until(text, 'not-permitted Fido')
  await inbox?.discard(second)
  await until(() => inbox?.entries.length, 0)
  await expect(inbox?.retry(second)).rejects.toMatchObject({ code: 'not-found' })
})
