import type { Definition, Fact } from '../domain/definition.ts'
import type { Json } from '../json.ts'
import type { Loaded } from './repository.ts'
import type { Metadata } from '../event.ts'
import type { Receipt } from './receipt.ts'
import type { Shared } from './shared.ts'
import type { StoredCommand } from '../store.ts'
import { VersionConflict } from '../errors.ts'
import { commitBatch } from './commit.ts'
import { copyJson } from '../json.ts'
import { newId } from '../ids.ts'
import { receiptFor } from './receipt.ts'

/** How often a command is decided again because another writer was first, before the conflict goes to the caller. */
const MAX_ATTEMPTS = 20

/** Decides a command on the newest state and stores what it emits, again when another writer was first. */
export async function executeCommand(
  shared: Shared,
  definition: Definition,
  id: string,
  name: string,
  args: readonly unknown[],
  metadata: Metadata,
): Promise<Receipt> {
  const stream = shared.registry.stream(definition, id)
  const command: StoredCommand = {
    aggregate: definition.type,
    stream,
    name,
    args: copyJson(args, `arguments of "${name}"`) as readonly Json[],
    now: shared.clock().toISOString(),
    seed: newId(),
  }
  let loaded = shared.repository.recall(stream) ?? (await shared.repository.load(definition, stream))
  for (let attempt = 1; ; attempt++) {
    const decided = decide(definition, command, loaded)
    // What is remembered may be behind: only events are taken on it, for storing them checks the version.
    if (loaded.cached && (decided.type === 'failed' || decided.facts.length === 0)) {
      loaded = await shared.repository.load(definition, stream)
      continue
    }
    if (decided.type === 'failed') throw decided.error
    const { facts, state } = decided
    const { basis } = loaded
    const batch = commitBatch([{ stream, expect: loaded.version, facts }], {
      metadata,
      time: command.now,
      command,
      ...(basis === undefined ? {} : { basis }),
    })
    if (facts.length === 0) return receiptFor(shared.store, batch.commitId, [])
    try {
      const recorded = await shared.store.append(batch)
      shared.repository.remember(stream, { ...loaded, state, version: loaded.version + recorded.length })
      return receiptFor(shared.store, batch.commitId, recorded)
    } catch (error) {
      shared.repository.forget(stream)
      if (!(error instanceof VersionConflict) || attempt >= MAX_ATTEMPTS) throw error
      loaded = await shared.repository.load(definition, stream)
    }
  }
}

type Decision =
  | { readonly type: 'decided'; readonly facts: readonly Fact[]; readonly state: unknown }
  | { readonly type: 'failed'; readonly error: unknown }

/** What a command comes to, and the state after it: events that the state cannot take would make the stream unreadable. */
function decide(definition: Definition, command: StoredCommand, { state, version }: Loaded): Decision {
  try {
    const facts = definition.decide(command, state, version)
    return { type: 'decided', facts, state: facts.reduce<unknown>((now, fact) => definition.evolve(now, fact), state) }
  } catch (error) {
    return { type: 'failed', error }
  }
}
