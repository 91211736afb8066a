import { ending } from './streams/ending.js'
import { following } from './streams/following.js'
import { greeting } from './streams/greeting.js'
import { past } from './streams/past.js'
import { pressure } from './streams/pressure.js'
import { publishing } from './streams/publishing.js'
import { requesting } from './streams/requesting.js'
import { resuming } from './streams/resuming.js'
import { rights } from './streams/rights.js'
import { subscribing } from './streams/subscribing.js'
import type { ConformanceCase } from './world.js'

/** What every transport must do whose links have sessions. */
export const streams: readonly ConformanceCase[] = [
  ...greeting,
  ...publishing,
  ...subscribing,
  ...following,
  ...past,
  ...requesting,
  ...resuming,
  ...rights,
  ...pressure,
  ...ending,
]
