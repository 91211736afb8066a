/** Whatever bytes come: they are read or refused, and what is read is what protobufjs reads in them. */
import fc from 'fast-check'
import { suite } from 'mocha'
import { fuzz } from '../../test/support/fuzz.js'
import { goldenFrames, mutatedFrame } from '../../test/support/wire/mutated.js'
import { assertReadOrRefused } from '../../test/support/wire/read-or-refused.js'

const randomFrame = fc.uint8Array({ maxLength: 300 }).map((view) => new Uint8Array(view))

suite('frames', () => {
  fuzz('a golden frame that was mutated is read or refused', mutatedFrame, assertReadOrRefused, goldenFrames)
  fuzz('random bytes are read or refused', randomFrame, assertReadOrRefused)
})
