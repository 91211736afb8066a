import { greeting } from './streams/greeting.js'
import { publishing } from './streams/publishing.js'
import { subscribing } from './streams/subscribing.js'
import type { ConformanceCase } from './world.js'

/** What every transport must do whose links have sessions. */
export const streams: readonly ConformanceCase[] = [...greeting, ...publishing, ...subscribing]
