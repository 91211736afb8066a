/** What this page sends: one HTTP request for each change. */
export class BoardApi {
  #url

  constructor(url) {
    this.#url = url
  }

  /**
   * Makes a stroke, or changes the one whose `ETag` is known. Resolves with its new one; null: somebody erased the stroke meanwhile,
   * and the request did nothing.
   */
  async put(id, stroke, tag) {
    const condition = tag === null ? { 'if-none-match': '*' } : { 'if-match': tag }
    const response = await this.#send('PUT', `topics/board/${encodeURIComponent(id)}`, {
      headers: { 'content-type': 'application/json', ...condition },
      body: JSON.stringify(stroke),
    })
    return response.status === 412 ? null : response.headers.get('etag')
  }

  async erase(id) {
    await this.#send('DELETE', `topics/board/${encodeURIComponent(id)}`)
  }

  async wipe() {
    await this.#send('DELETE', 'topics?select=board/+')
  }

  async #send(method, path, more) {
    const response = await fetch(new URL(path, this.#url), { method, ...more })
    // Others draw here, too: that a stroke changed or went is none of our faults.
    if (response.ok || response.status === 412 || response.status === 404) return response
    throw new Error((await response.json()).detail)
  }
}
