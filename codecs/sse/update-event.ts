import type { Attributes, Audience, HeldVersion, itemFlags, Update } from '../../core/index.js'
import { formatVersion } from '../position/index.js'
import { patchText } from './patch.js'
import { valueForm } from './value-form.js'

/** Core's flags once more, since a codec imports only types; the compiler compares the bits. */
export const flag: typeof itemFlags = { bind: 1, snapshot: 2, gap: 4, follows: 8, again: 16 }

/** How a stream wants to be told. */
export interface EventForm {
  /** Attributes stand beside values. */
  readonly attributes: boolean
  /** A JSON value may be told by what changed. */
  readonly patches: boolean
}

/** An update as one kind of reader is to get it. */
export interface OutgoingEvent {
  readonly update: Update
  /** The version that the reader holds, when a patch may be sent; else null. */
  readonly base: HeldVersion | null
  readonly flags: number
  readonly audience: Audience
}

/** The event of an update, without its id: `event: NAME`, then the line of its data. Text throughout is JSON, which has no line breaks. */
export function updateEvent({ update, base, flags, audience }: OutgoingEvent, epoch: string, form: EventForm): string {
  const path = JSON.stringify(audience.outwardPath(update.topic.path))
  const version = formatVersion(epoch, update.version)
  // One that has no value any more, without being gone, is to a reader the same.
  if (update.content !== 'value') return `event: remove\ndata: {"path":${path},"version":"${version}"}\n`
  const patch = form.patches && base !== null && (flags & flag.bind) === 0 ? patchText(base, update) : null
  const rest = `"version":"${version}","time":${update.timeMs}${attributesMember(update, form)}`
  if (patch !== null) return `event: patch\ndata: {"path":${path},${rest},"patch":${patch}}\n`
  const mark = (flags & flag.snapshot) === 0 ? '' : ',"snapshot":true'
  return `event: update\ndata: {"path":${path},"type":"${update.type}","value":${valueForm(update)},${rest}${mark}}\n`
}

function attributesMember({ attributes }: Update, form: EventForm): string {
  return form.attributes && attributes !== null ? `,"attributes":${JSON.stringify(attributesForm(attributes))}` : ''
}

/** Under the names that the SDK has for them; what was not said is left out. */
function attributesForm({ pairs, contentType, isText, replyPath, correlation }: Attributes): object {
  return {
    pairs,
    ...(contentType !== null && { contentType }),
    ...(isText && { isText }),
    ...(replyPath !== null && { replyPath }),
    ...(correlation !== null && { correlation: { base64: Buffer.from(correlation).toString('base64') } }),
  }
}
