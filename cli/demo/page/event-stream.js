const shares = new Map()
const stream = new EventSource('/sse?topic=stocks/%23&rate=1/s')

stream.addEventListener('update', ({ data }) => {
  const { path, value } = JSON.parse(data)
  shares.set(path, value.price)
  const lines = [...shares].map(([path, price]) => `${price.toFixed(2)}  ${path}`)
  document.getElementById('streamed').textContent = lines.join('\n')
})
