import { oneOf } from './arguments.js'

/** Events by name, each with what its listeners are given. */
export class Listeners<Events extends object> {
  private readonly lists: { [Name in keyof Events]?: ((news: Events[Name]) => void)[] } = {}

  constructor(private readonly names: readonly (keyof Events)[]) {}

  /** Returns a function that takes the listener away again. Throws `invalidArgument` for an event that there is not. */
  on<Name extends keyof Events>(name: Name, listener: (news: Events[Name]) => void): () => void {
    oneOf(name, 'event', this.names)
    // A new list each time, so that a listener may come or go while others are being called.
    this.lists[name] = [...(this.lists[name] ?? []), listener]
    return () => {
      this.lists[name] = this.lists[name]?.filter((each) => each !== listener) ?? []
    }
  }

  emit<Name extends keyof Events>(name: Name, news: Events[Name]): void {
    for (const listener of this.lists[name] ?? []) call(listener, news)
  }
}

/** A listener's mistake is the program's, not the session's: it is thrown where nothing of ours is on the stack. */
function call<News>(listener: (news: News) => void, news: News): void {
  try {
    listener(news)
  } catch (error) {
    queueMicrotask(() => {
      throw error
    })
  }
}
