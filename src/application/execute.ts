import type { Definition, Fact } from '../domain/definition.ts'
import type { Json } from '../json.ts'
import type { Loaded } from './repository.ts'
import type { Metadata } from '../event.ts'
import type { Receipt } from './receipt.ts'
import type { Shared } from './shared.ts'
import type { StoredCommand } from '../store.ts'
import { CommandRefused, VersionConflict } from '../errors.ts'
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
    const facts = decide(definition, command, loaded)
    // What is remembered may be behind: neither a refusal nor "nothing to do" is final on it.
    if (loaded.cached && (facts instanceof CommandRefused || facts.length === 0)) {
      loaded = await shared.repository.load(definition, stream)
      continue
    }
    if (facts instanceof CommandRefused) throw facts
    const { basis } = loaded
    const batch = commitBatch([{ stream, expect: loaded.version, facts }], {
      metadata,
      time: command.now,
      command,
      ...(basis === undefined ? {} : { basis }),
    })
    if (facts.length === 0) return receiptFor(shared.store, batch.commitId, [])
    // Before storing: events that the state cannot take would make the stream unreadable for good.
    const state = facts.reduce<unknown>((now, fact) => definition.evolve(now, fact), loaded.state)
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

function decide(definition: Definition, command: StoredCommand, { state, version }: Loaded): readonly Fact[] | CommandRefused {
  try {
    return definition.decide(command, state, version)
  } catch (error) {
    if (error instanceof CommandRefused) return error
    throw error
  }
}
