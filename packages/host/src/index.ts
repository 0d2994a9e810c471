export { expectedTopics, type HostOptions, hostProcessor, type Parts } from './hostProcessor.ts'
export { ModelStore, UnknownModelError } from './modelStore.ts'
export { type Publication, publishModel } from './publishModel.ts'
export { type SetUpConfig, setUp } from './setUp.ts'
