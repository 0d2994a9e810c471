export { FAILPOINTS, FailpointError, failpoint } from './failpoint.ts'
export { POINTS, type Point } from './points.ts'
export { type Action, type Armed, parseFailpoints } from './specification.ts'
