// For applications: aggregates, applications, the store contract, errors.
export type { AggregateClass } from './domain/aggregate-class.ts'
export { Aggregate } from './domain/aggregate-class.ts'
export type { AggregateSpec, AggregateType, CommandMap } from './domain/aggregate.ts'
export { defineAggregate } from './domain/aggregate.ts'
export type { CommandContext } from './domain/decide.ts'
export type { DefinedAggregate, DefinedClass } from './domain/defined-aggregate.ts'
export { classOf } from './domain/defined-aggregate.ts'
export type { ArgsOf, DataOf, EventMap } from './domain/event-map.ts'
export type { EventOf } from './domain/is-event.ts'
export { isEvent } from './domain/is-event.ts'
export type { StandardSchema } from './domain/schema.ts'
export type { ApplicationOptions, AggregateState } from './application/application.ts'
export { Application, createApplication } from './application/application.ts'
export type { Receipt } from './application/receipt.ts'
export type { AnyAggregate } from './application/registry.ts'
export type { ErrorCode } from './errors.ts'
export { CommandRefused, HeadwaterError, IdConflict, isHeadwaterError, VersionConflict } from './errors.ts'
export type { Metadata, NewEvent, RecordedEvent, StreamEvent } from './event.ts'
export type { Json, JsonObject } from './json.ts'
export { newId } from './ids.ts'
export type { MemoryStoreOptions } from './memory/memory-store.ts'
export { memoryStore } from './memory/memory-store.ts'
export { aggregateId, category, streamName } from './names.ts'
export type {
  AbortSignalLike,
  Batch,
  Capabilities,
  EventStore,
  Expect,
  Filter,
  LogRange,
  ReplicaFacet,
  StoredCommand,
  StreamRange,
  SubscribeOptions,
  SubscriptionItem,
  Verdict,
} from './store.ts'

// For those who write a store: the parts of the contract that are the same for all.
export type { PreparedBatch, PreparedEvent } from './batch.ts'
export { decodePayload, prepareBatch, recordedEvent } from './batch.ts'
export type { Bounds } from './filter.ts'
export { logBounds, matcher, streamBounds } from './filter.ts'
export { checkExpect, judgeAppend, meets } from './judge-append.ts'
export { sameJson } from './json.ts'
export { Listeners } from './listeners.ts'
export { Opening } from './opening.ts'
export type { MemoryLog } from './memory/memory-log.ts'
export { memoryLog } from './memory/memory-log.ts'
export { checkStreamName, checkTypeName, checkUuid } from './names.ts'
export { platform } from './platform.ts'
export { MAX_BATCH } from './store.ts'
export type { LogSource } from './subscription.ts'
export { followLog } from './subscription.ts'
