// Loaded into a gateway of which is asked what lives in its memory, garbage aside: answers SIGUSR2 with a line.
process.on('SIGUSR2', () => {
  globalThis.gc()
  const { heapUsed, arrayBuffers } = process.memoryUsage()
  process.stdout.write(`living ${heapUsed + arrayBuffers}\n`)
})
