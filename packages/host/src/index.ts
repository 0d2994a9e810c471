export { processorConfig } from './config.ts'
export { expectedTopics, type HostOptions, hostProcessor, type Parts } from './hostProcessor.ts'
export { ModelStore, UnknownModelError } from './modelStore.ts'
export { recoverRecord } from './recoverRecord.ts'
