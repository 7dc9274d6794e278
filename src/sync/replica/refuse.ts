import type { ConfirmedStates } from './aggregates.ts'
import type { InboxEntry, PendingCommit } from './records.ts'
import type { ReplicaTransaction } from './storage.ts'
import { encodeInbox, encodeReceipt } from './records.ts'

/** Moves a pending commit to the inbox, with the state it was decided on and the state it was refused on. */
export async function refuse(
  tx: ReplicaTransaction,
  states: ConfirmedStates,
  commit: PendingCommit,
  code: string,
  message: string,
): Promise<void> {
  const { id: commitId, seq, command, events } = commit
  const entry: InboxEntry = {
    commitId,
    seq,
    ...(command === undefined ? {} : { command }),
    events,
    code,
    message,
    ...(await shownStates(tx, states, commit)),
  }
  tx.delete('pending', seq)
  tx.put('inbox', encodeInbox(entry))
  tx.put('receipts', encodeReceipt(commitId, { outcome: 'refused', code, message }))
}

/** The states to explain a refusal by; none where this app cannot make them. */
async function shownStates(
  tx: ReplicaTransaction,
  states: ConfirmedStates,
  commit: PendingCommit,
): Promise<{ readonly before?: unknown; readonly now?: unknown }> {
  const [based] = commit.basedOn
  if (based === undefined || commit.basedOn.length > 1) return {}
  const [stream, version] = based
  try {
    const before = await states.loadVersion(tx, stream, version)
    const shown = before === undefined ? {} : { before: before.state, now: (await states.load(tx, stream)).state }
    // A state may be anything, a BigInt in it say: what cannot be kept must not keep the refusal from being.
    JSON.stringify(shown)
    return shown
  } catch {
    // An event this app does not know, or a state that is no JSON: the refusal stands without the explanation.
    return {}
  }
}
