import type { StorageCase } from './storage-harness.ts'
import { connectionCases } from './storage-connections.ts'
import { rangeCases } from './storage-ranges.ts'
import { recordCases } from './storage-records.ts'
import { transactionCases } from './storage-transactions.ts'

/** The contract of a replica's storage as cases: every adapter passes them all, or skips with a reason. */
export const storageConformance: readonly StorageCase[] = [...transactionCases, ...recordCases, ...rangeCases, ...connectionCases]
