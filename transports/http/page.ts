/** What the page looks like: the reader's own colours, light or dark. */
export const style = `
:root { color-scheme: light dark; --line: #8886; --soft: #8882; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { margin: 0 0 .25rem; }
nav { columns: 16rem; margin: 1rem 0 2rem; font-size: .95em; }
nav a { display: block; text-decoration: none; }
article { border-top: 1px solid var(--line); padding: 1rem 0; }
h2 { font: 600 1.05rem ui-monospace, monospace; margin: 0 0 .5rem; overflow-wrap: anywhere; }
h2 b { background: var(--soft); border-radius: .3rem; padding: .1rem .4rem; margin-right: .4rem; }
table { border-collapse: collapse; width: 100%; font-size: .95em; }
td { border-top: 1px solid var(--soft); padding: .25rem .75rem .25rem 0; vertical-align: top; }
td:first-child { white-space: nowrap; }
code, pre { font-family: ui-monospace, monospace; font-size: .9em; }
pre { background: var(--soft); border-radius: .3rem; padding: .75rem; overflow-x: auto; }
h3 { font-size: .95rem; margin: .75rem 0 .25rem; }
`

/** Shows the document beside which it stands. All text goes in as text. */
export const script = `
const make = (name, text, ...inside) => {
  const node = document.createElement(name)
  if (text) node.textContent = text
  node.append(...inside)
  return node
}
const code = (text) => make('code', text)
const rows = (title, list) => list.length === 0 ? [] : [make('h3', title), make('table', '', ...list.map((cells) => make('tr', '', ...cells.map((cell) => make('td', '', cell)))))]
const schemaText = (schema) => schema === undefined ? '' : schema.enum ? schema.enum.join(' | ') : [schema.type, schema.format].flat().filter(Boolean).join(', ')
const parameterRow = ({ name, in: where, schema, description = '', required }) => [code(name), where + (required ? ', required' : ''), schemaText(schema), description]
const contentOf = ({ content = {} }) => Object.keys(content).join(', ')
const show = ({ info, paths, servers: [server] }) => {
  document.title = info.title
  const [main, nav] = [document.querySelector('main'), document.querySelector('nav')]
  document.querySelector('h1').textContent = info.title
  document.querySelector('#about').textContent = info.description
  for (const [path, methods] of Object.entries(paths)) {
    for (const [method, call] of Object.entries(methods)) {
      const link = make('a', call.summary)
      link.href = '#' + call.operationId
      nav.append(link)
      const article = make('article', '', make('h2', '', make('b', method.toUpperCase()), server.url + path), make('p', call.description || call.summary))
      article.id = call.operationId
      article.append(...rows('Parameters', (call.parameters || []).map(parameterRow)))
      if (call.requestBody) article.append(...rows('Body', Object.entries(call.requestBody.content).map(([type]) => [code(type), call.requestBody.description || ''])))
      article.append(...rows('Answers', Object.entries(call.responses).map(([status, answer]) => [code(status), answer.description, contentOf(answer)])))
      if (call['x-example']) article.append(make('h3', 'Example'), make('pre', call['x-example']))
      main.append(article)
    }
  }
}
fetch('openapi.json').then((answer) => answer.json()).then(show, (error) => { document.querySelector('#about').textContent = 'The description could not be read: ' + error.message })
`

/** The page at the root of the API. It loads nothing from elsewhere. */
export const page = `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Rivulet HTTP API</title>
<style>${style}</style>
<h1>Rivulet HTTP API</h1>
<p id="about">Reading the description …</p>
<p><a href="openapi.json">openapi.json</a> says the same to programs.</p>
<nav></nav>
<main></main>
<script>${script}</script>
</html>
`
