/** Why cases of the conformance suite cannot hold over MQTT: each reason with its cases. */
const cases: Readonly<Record<string, readonly string[]>> = {
  'readers of messages are told with each how long it lives, and not when that is over [MQTT-3.3.2-5]': [
    'a value with a lifetime is gone after it [PROTOCOL 6.5]',
  ],
  'MQTT fetches nothing: topics are read by subscribing': [
    'a fetch gives current values with type, version, time and attributes [PROTOCOL 3.9]',
    'a fetch of many topics comes in pages, each topic once [PROTOCOL 3.9]',
    'who leaves many fetches open loses its own oldest, not those of others [PROTOCOL 3.9]',
    'rights that are taken away between two pages of a fetch count from there on [SEM 6.1]',
    'each request is answered with its own number, however many are asked at once [PROTOCOL 3.1]',
    'what is not permitted is refused as forbidden, and the session lives [SEM 6.1]',
    'a session with a root path sees its branch, as if that were all [SEM 5.1]',
    'a session with a root path is told neither of its root itself nor, by a wildcard, of what begins with $ there [SEM 2.6, 5.1]',
    'a link whose answers pile up is not read from, and others are [SEM 3.1]',
  ],
  'MQTT creates topics by publishing to them, without properties': [
    'a topic is created with properties, which describing shows [PROTOCOL 3.10]',
    'history is told on request, oldest first, before what follows [SEM 2.3]',
    'history of all topics of a wildcard is told on request, each oldest first [SEM 2.3]',
    'of a position that is asked for everything since is told, removals too [SEM 2.3]',
    'a position of another epoch is answered with what is lost, and with current values [SEM 2.3]',
    'a topic that has an owner is published to and removed by nobody else, but for administrators [SEM 4.9]',
  ],
  'MQTT has no words for the administration of sessions': [
    'sessions are listed and shown, with what they acknowledged [PROTOCOL 9.1]',
    'a list of sessions goes on behind its last page, also where the session named last has ended [PROTOCOL 9.2]',
    'a session that is removed ends with its link, as sessionRemoved [PROTOCOL 9.1]',
  ],
  'CONNACK says nothing of epoch, version or token: MQTT finds sessions by the client identifier': [
    'a hello is answered with a welcome that says what was granted [PROTOCOL 2.5, 2.6]',
    'a position of another epoch makes a resynchronisation [SEM 1.6]',
    'a token opens its session once [SEM 6.3]',
    'a publish that is repeated after coming back is not done twice [PROTOCOL 6.4]',
  ],
  'a client identifier in use by another principal is refused': [
    'a token opens no session for another principal [SEM 6.3]',
  ],
  'CONNECT has a user and a password, and no token': [
    'credentials reach the authenticator as they were given [PROTOCOL 2.3]',
  ],
  'what comes behind CONNECT is not read before CONNACK': [
    'what is said before the authenticator has answered is done afterwards, in order [PROTOCOL 2.6]',
    'more than 100 messages before the welcome end the link with tooManyRequests [PROTOCOL 2.6]',
    'more than 64 KiB before the welcome end the link with tooManyRequests, and are not done [PROTOCOL 2.6]',
    'long selectors before the welcome count towards its 64 KiB, too [PROTOCOL 2.6]',
  ],
  'CONNACK says the same of a busy server: link.test.ts shows what core is told': [
    'an authenticator that does not answer ends the link with authenticationTimeout [SEM 6.1]',
  ],
  'a message of MQTT has no type and no version; link.test.ts shows what travels beside the value': [
    'a value keeps the type under which it was published [SEM 4.4]',
    'a value without a type is json, else string, else binary, each update anew [SEM 4.4]',
    'attributes and the time of the source arrive unchanged [SEM 1.7]',
    'the answer to a publish carries the version that readers see [SEM 4.1]',
  ],
  'PUBLISH carries neither conditions nor types nor patches; link.test.ts shows what PUBACK says of refusals': [
    'a refused publish says why, changes nothing, and its session lives [PROTOCOL 6.7] [SEM 5.2]',
    'a merge patch changes the named members only [PROTOCOL 6.5]',
  ],
  'an alias that means nothing is a protocol error and ends the connection; link.test.ts shows it': [
    'an alias stands for a path once it was bound, and not before [PROTOCOL 6.1, 6.2]',
    'an alias of a path that is none is not bound, and stands for nothing any more [PROTOCOL 6.2]',
    'aliases beyond `aliasBytesMax` are not bound: their publishes are done by path, and room comes back [PROTOCOL 6.2]',
    'an alias ends with its link: on the next one it is unknown until it is bound anew [PROTOCOL 6.2]',
  ],
  'QoS 0 is never answered': ['a publish without a sequence is answered only if it is refused [PROTOCOL 6.3]'],
  'PUBLISH has no sequence: a repeated packet identifier is another message once the first was acknowledged': [
    'a repeated sequence is answered as accepted and changes nothing [SEM 4.3]',
    'a repeated sequence that was refused is refused again, and changes nothing [SEM 4.3]',
  ],
  '`{` and `~` mean themselves in a topic filter': [
    'selectors match by wildcard, alternative and regular expression [SEM 5.3]',
  ],
  'a filter that is none ends the connection, as the standard demands': [
    'a selector that is none is refused with invalidSelector, and the session lives [PROTOCOL 6.7]',
  ],
  'MQTT cannot mark a gap': [
    'overflow `conflate`: a reader of `all` beyond its history gets the newest, the gap marked [SEM 3.3]',
  ],
  'MQTT cannot tell that a subscription ended': [
    'overflow `unsubscribe`: a reader of `all` beyond its history loses its subscription, and is told why [SEM 3.3]',
    'rights that are taken away end the subscription, and say so [SEM 6.1]',
    'rights that were taken away while the client was away end the subscription, and it is told when it is back [SEM 6.1]',
    'a client that comes back with fewer rights has no more than those [SEM 6.1]',
  ],
  'MQTT has no deltas': [
    'who takes deltas, or deflated values, or neither, or both ends with the same values [SEM 3.4, 3.5]',
    'a wildcard without a snapshot is sent a topic in full once, and then what changes in it [SEM 3.4]',
    'after a resume updates go on as before [PROTOCOL 2.8]',
  ],
  'a retained message clears one topic, not all that a filter matches': [
    'removing answers how many topics went [PROTOCOL 3.2]',
    'removals beyond what is remembered make a resynchronisation [SEM 1.6]',
  ],
  'the peer of this suite lets one message be unacknowledged; link.test.ts shows what is sent again': [
    'what was sent to the old link and not applied is sent again [SEM 1.5]',
    'a snapshot that was lost on its way is sent again [PROTOCOL 2.7]',
  ],
  'retained messages are told as the client subscribes, not as it comes back': [
    'a client that comes back with more rights has them, and is sent whole what it could not read before [SEM 6.1]',
  ],
  "DISCONNECT is core's `leave`, with `bye` as the reason": [
    'what is said behind the message that ends a link is not done',
  ],
  'a reader of each message is told the empty one that removes, which bears no mark': [
    'a reader of `all` that was away is told what came just before a removal, and the removal [SEM 3.6]',
  ],
}

/** The same by case. */
export const exempt: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(cases).flatMap(([reason, names]) => names.map((name) => [name, reason])),
)
