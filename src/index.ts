export type { PreparedBatch, PreparedEvent } from './batch.ts'
export { decodePayload, prepareBatch, recordedEvent } from './batch.ts'
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
export { MAX_BATCH } from './store.ts'
export type { ErrorCode } from './errors.ts'
export { CommandRefused, HeadwaterError, IdConflict, isHeadwaterError, VersionConflict } from './errors.ts'
export type { Metadata, NewEvent, RecordedEvent, StreamEvent } from './event.ts'
export type { Bounds } from './filter.ts'
export { logBounds, matcher, streamBounds } from './filter.ts'
export { newId } from './ids.ts'
export { checkExpect, judgeAppend, meets } from './judge-append.ts'
export type { Json, JsonObject } from './json.ts'
export { sameJson } from './json.ts'
export { Listeners } from './listeners.ts'
export type { MemoryLog } from './memory/memory-log.ts'
export { memoryLog } from './memory/memory-log.ts'
export type { MemoryStoreOptions } from './memory/memory-store.ts'
export { memoryStore } from './memory/memory-store.ts'
export { aggregateId, category, checkStreamName, checkTypeName, checkUuid, streamName } from './names.ts'
export { platform } from './platform.ts'
export type { LogSource } from './subscription.ts'
export { followLog } from './subscription.ts'
export type { AnyAggregate, ApplicationOptions, Snapshot } from './application/application.ts'
export { Application, createApplication } from './application/application.ts'
export type { Receipt } from './application/receipt.ts'
export type { AggregateSpec, AggregateType, ArgsOf, CommandMap, DataOf, EventMap } from './domain/aggregate.ts'
export { defineAggregate } from './domain/aggregate.ts'
export type { AggregateClass, DefinedAggregate, DefinedClass } from './domain/aggregate-class.ts'
export { Aggregate, classOf } from './domain/aggregate-class.ts'
export type { CommandContext } from './domain/decide.ts'
export type { StandardSchema } from './domain/schema.ts'
