import { expect, test } from 'vitest'
import type { MemoryDisk, ReplicaStorage, ReplicaTransaction } from '../../src/sync/index.ts'
import { storageConformance } from '../../src/sync/conformance/storage-conformance.ts'
import { memoryDisk, memoryStorage } from '../../src/sync/index.ts'

type Break = (storage: ReplicaStorage) => Partial<ReplicaStorage>

/** Changes what work is given, leaving the rest as it is. */
const inside =
  (change: (transaction: ReplicaTransaction) => Partial<ReplicaTransaction>): Break =>
  (storage) => ({
    transact: (mode, work) =>
      storage.transact(mode, (transaction) => {
        const methods: ReplicaTransaction = {
          get: (...args) => transaction.get(...args),
          range: (...args) => transaction.range(...args),
          byStream: (...args) => transaction.byStream(...args),
          count: (...args) => transaction.count(...args),
          put: (...args) => transaction.put(...args),
          delete: (...args) => transaction.delete(...args),
        }
        return work({ ...methods, ...change(transaction) })
      }),
  })

const broken: Readonly<Record<string, Break>> = {
  'keeps what a failed transaction wrote': (storage) => ({
    async transact(mode, work) {
      let failure: { readonly error: unknown } | undefined
      const result = await storage.transact(mode, (transaction) =>
        Promise.resolve()
          .then(() => work(transaction))
          .catch((error: unknown) => {
            failure = { error }
            return undefined as never
          }),
      )
      if (failure !== undefined) throw failure.error
      return result
    },
  }),
  'lets a read transaction write': (storage) => ({
    transact: (mode, work) => storage.transact(mode === 'read' ? 'durable' : mode, work),
  }),
  'tells nobody of commits': () => ({ onForeignCommit: () => () => undefined }),
  'tells of the first commit only': (storage) => ({
    onForeignCommit(listener) {
      const stop = storage.onForeignCommit(() => {
        stop()
        listener()
      })
      return stop
    },
  }),
  'goes on after close': () => ({ close: () => Promise.resolve() }),
  'includes the lower bound': inside((transaction) => ({
    range: (space, { after, ...range } = {}) =>
      transaction.range(
        space,
        typeof after === 'number' ? { ...range, after: after - 0.001 } : { ...range, ...(after === undefined ? {} : { after }) },
      ),
  })),
  'takes a limit of 0 for none': inside((transaction) => ({
    range: (space, { limit, ...range } = {}) => transaction.range(space, limit ? { ...range, limit } : range),
  })),
  'finds nothing by a second label': inside((transaction) => ({
    put: (space, { streams, ...record }) =>
      transaction.put(space, streams === undefined ? record : { ...record, streams: streams.slice(0, 1) }),
  })),
  'cuts long values': inside((transaction) => ({
    put: (space, record) => transaction.put(space, { ...record, value: record.value.slice(0, 100_000) }),
  })),
  'deletes nothing': inside(() => ({ delete: () => undefined })),
}

/** The case that says it; others may fail too. */
const caughtBy: Readonly<Record<string, string>> = {
  'keeps what a failed transaction wrote': 'nothing of a durable transaction is stored when its work throws after it wrote',
  'lets a read transaction write': 'a read transaction cannot write',
  'tells nobody of commits': 'other connections are told of a commit, and find it',
  'tells of the first commit only': 'the last of many commits is told too',
  'goes on after close': 'after close everything is an error of its own, and closing twice is fine',
  'includes the lower bound': 'ranges of numbers are in their order: after exclusive, upTo inclusive, backwards, limit',
  'takes a limit of 0 for none': 'ranges of strings are in their order: after exclusive, upTo inclusive, backwards, limit',
  'finds nothing by a second label': 'a record of log is found by each of its streams, and by no other',
  'cuts long values': 'a value of a megabyte comes back whole',
  'deletes nothing': 'a record that is deleted is found by no stream, also when it is put again without',
}

test.each(Object.keys(broken))('the suite is red for a storage that %s', async (name) => {
  const disks = new Map<string, MemoryDisk>()
  const harness = {
    name,
    persistent: false,
    timeoutMs: 300,
    async open(diskName: string): Promise<ReplicaStorage> {
      const disk = disks.get(diskName) ?? memoryDisk(diskName)
      disks.set(diskName, disk)
      const storage = memoryStorage(disk)
      return { ...storage, ...broken[name]?.(storage) }
    },
  }
  const failed: string[] = []
  for (const testCase of storageConformance.filter(({ needs = [] }) => needs.length === 0)) {
    await testCase.run(harness).catch(() => failed.push(testCase.name))
  }
  expect(failed).toContain(caughtBy[name])
  expect(failed.length, failed.join('\n')).toBeLessThan(storageConformance.length)
})
