/** Another broker that hands on everything to the one under test, and takes everything from it. */
export interface Bridge {
  /** The address of that other broker. */
  readonly near: string
  /** Ends both the broker and its bridge. */
  stop(): Promise<void>
}
