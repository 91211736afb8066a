/** Why cases of the conformance suite cannot hold for event streams: each reason with its cases. */
const cases: Readonly<Record<string, readonly string[]>> = {
  'a reader says all that it wants in one request, and nothing behind it': [
    'anything before the hello ends the link with protocolViolation [PROTOCOL 2.1]',
    'a second hello ends the link with protocolViolation [PROTOCOL 2.1]',
    'no hello in time ends the link with helloTimeout [PROTOCOL 2.1]',
    'what is said before the authenticator has answered is done afterwards, in order [PROTOCOL 2.6]',
    'more than 100 messages before the welcome end the link with tooManyRequests [PROTOCOL 2.6]',
    'more than 64 KiB before the welcome end the link with tooManyRequests, and are not done [PROTOCOL 2.6]',
    'long selectors before the welcome count towards its 64 KiB, too [PROTOCOL 2.6]',
    'what cannot be understood ends the link with malformedMessage [PROTOCOL 1.8]',
    'what is said behind the message that ends a link is not done',
  ],
  'a stream is told neither of a token nor of a session, and ends with its connection: what a reader has is in the id of its last event':
    [
      'a hello is answered with a welcome that says what was granted [PROTOCOL 2.5, 2.6]',
      'a token opens no session for another principal [SEM 6.3]',
      'a session that is resumed elsewhere closes its older link as takenOver [PROTOCOL 2.10]',
      'a session that asked not to outlive its link, resumed elsewhere, goes on there [PROTOCOL 2.10]',
      'a session waits as long as was granted, and no longer [PROTOCOL 2.12]',
      'a link that is lost, or left without bye, leaves its session waiting [PROTOCOL 2.12]',
      'at `sessionsMax` the session of a user that has waited longest ends for a newcomer, who is turned away if all have links [PROTOCOL 2.12]',
      'a session that is removed ends with its link, as sessionRemoved [PROTOCOL 9.1]',
    ],
  'a stream is kept alive by the gateway, and its reader is not heard': [
    'silence beyond the keep-alive ends the link as keepAliveTimeout, a ping in time prevents it [PROTOCOL 2.11]',
  ],
  'a request shows a user or a token, not both; requests.test.ts shows each way': [
    'credentials reach the authenticator as they were given [PROTOCOL 2.3]',
  ],
  'what is asked beside a stream is asked without a session: there are no aliases, sequences or open pages to remember':
    [
      'an alias stands for a path once it was bound, and not before [PROTOCOL 6.1, 6.2]',
      'aliases beyond `aliasBytesMax` are not bound: their publishes are done by path, and room comes back [PROTOCOL 6.2]',
      'a publish without a sequence is answered only if it is refused [PROTOCOL 6.3]',
      'a repeated sequence is answered as accepted and changes nothing [SEM 4.3]',
      'who leaves many fetches open loses its own oldest, not those of others [PROTOCOL 3.9]',
      'a publish that is repeated after coming back is not done twice [PROTOCOL 6.4]',
      'an alias ends with its link: on the next one it is unknown until it is bound anew [PROTOCOL 6.2]',
      'a link whose answers pile up is not read from, and others are [SEM 3.1]',
    ],
  'sessions are looked after by those who have one': [
    'sessions are listed and shown, with what they acknowledged [PROTOCOL 9.1]',
    'a list of sessions goes on behind its last page, also where the session named last has ended [PROTOCOL 9.2]',
  ],
  'each subscription of the suite is a stream of its own; streams.test.ts has several selectors on one': [
    'a subscription without a snapshot hears changes only [PROTOCOL 3.4]',
    'overlapping subscriptions of one session deliver an update once [SEM 2.1]',
    'after its end a link delivers nothing and takes nothing',
  ],
  "a stream has no words for a past that was not the reader's own": [
    'history is told on request, oldest first, before what follows [SEM 2.3]',
    'history of all topics of a wildcard is told on request, each oldest first [SEM 2.3]',
  ],
  'what the kernel holds for a reader is not seen, so that a hundred kilobytes do not stall a stream; streams.test.ts and http2.test.ts stall some':
    [
      'a reader of `latest` that stalls for 1000 publishes is sent the newest value once [SEM 2.4]',
      'a reader of `all` that stalls is sent each update in order [SEM 2.4]',
      'overflow `conflate`: a reader of `all` beyond its history gets the newest, the gap marked [SEM 3.3]',
      'overflow `disconnect`: a reader of `all` beyond its history loses its link as slowConsumer [SEM 3.3]',
      'a reader that stalls holds bounded memory, delays nobody, and catches up [SEM 3.1]',
    ],
  'a stream that falls behind jumps to the newest, and cannot choose to end instead': [
    'overflow `unsubscribe`: a reader of `all` beyond its history loses its subscription, and is told why [SEM 3.3]',
  ],
  'only documents of JSON are told by what changed, as streams.test.ts shows': [
    'who takes deltas, or deflated values, or neither, or both ends with the same values [SEM 3.4, 3.5]',
    'a wildcard without a snapshot is sent a topic in full once, and then what changes in it [SEM 3.4]',
    'after a resume updates go on as before [PROTOCOL 2.8]',
  ],
  'of another life of the log a stream says `epoch`': [
    'a position of another epoch is answered with what is lost, and with current values [SEM 2.3]',
  ],
  'without a session nobody keeps each update for a reader that is away, unless the topic has a history: cut-streams.test.ts has that':
    [
      'a reader of `all` that was away is told what came just before a removal, and the removal [SEM 3.6]',
      'a reader of `all` that comes back gets each update that it missed [SEM 1.6]',
    ],
  'a stream ends with its last selector, and none begins for what may not be read; requests.test.ts shows both': [
    'rights that are taken away end the subscription, and say so [SEM 6.1]',
    'rights that were taken away while the client was away end the subscription, and it is told when it is back [SEM 6.1]',
    'a client that comes back with fewer rights has no more than those [SEM 6.1]',
  ],
  'a position does not say what could not be read then: it is told as it changes (known-limits)': [
    'a client that comes back with more rights has them, and is sent whole what it could not read before [SEM 6.1]',
  ],
}

/** The same by case. */
export const exempt: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries(cases).flatMap(([reason, names]) => names.map((name) => [name, reason])),
)
