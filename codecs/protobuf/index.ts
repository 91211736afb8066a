/** The door of the codec of our own wire. Gateways need `FrameEncoder` and `decodeFromClient`; clients the other functions. */

export type { DecodedFrame } from './decoded-frame.js'
export { FrameEncoder } from './frame-encoder.js'
export { decodeFromClient, type FromClientReceiver } from './from-client.js'
export { decodeFromGateway, type FromGatewayReceiver } from './from-gateway.js'
export { encoderLimits, wireLimits } from './limits.js'
export type { AcknowledgeTerms, WireReply, WireWelcome } from './replies.js'
export type { RequestMessage } from './requests.js'
export { encodeAcknowledge, encodePublish, encodeRequest } from './to-gateway.js'
export type { WireContent, WireUpdate } from './update-reader.js'
export type { Deflate } from './update-writer.js'
export { protocolVersion, subprotocol } from './version.js'
export { type HeldVersion, versionOf } from './version-of.js'
