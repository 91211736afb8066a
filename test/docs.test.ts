/** Every block of code in the documents is carried out, so that what they show is true. CONTRIBUTING.md says how to mark blocks. */
import assert from 'node:assert/strict'
import { suite, test } from 'mocha'
import type { Block } from './support/docs/markdown.js'
import { blocksIn, isAsPromised } from './support/docs/markdown.js'
import { leftOut, markingFaults, stepsOf, typedBlocks } from './support/docs/steps.js'
import { builtCommand, Workspace } from './support/docs/workspace.js'
import { needsPeer } from './support/peers.js'
import { readSource, repositoryPaths } from './support/tidy/source-file.js'

const documents = repositoryPaths()
  .filter((path) => path.endsWith('.md') && !path.includes('/fixtures/'))
  .map((path) => ({ path, blocks: blocksIn(path, readSource(path).text) }))

suite('documents', () => {
  test('every block says how it is tested', () => {
    for (const reason of documents.flatMap(({ blocks }) => leftOut(blocks))) console.log(`    not run: ${reason}`)
    assert.equal(documents.flatMap(({ blocks }) => markingFaults(blocks)).join('\n'), '')
  })

  for (const { path, blocks } of documents) {
    if (stepsOf(blocks).length > 0) {
      test(`${path} works as it says, from top to bottom`, async function () {
        needsPeer(this, 'rivulet', 'is what the documents run', builtCommand)
        if (runsCurl(blocks)) needsPeer(this, 'curl', `is what ${path} runs`)
        this.timeout(150_000)
        assert.equal((await inWorkspace((workspace) => workspace.run(blocks))).join('\n'), '')
      })
    }
    if (typedBlocks(blocks).length > 0) {
      test(`the TypeScript in ${path} compiles`, async function () {
        needsPeer(this, 'rivulet', 'has the types that the documents use', builtCommand)
        this.timeout(60_000)
        assert.equal((await inWorkspace(async (workspace) => workspace.typeErrors(blocks))).join('\n'), '')
      })
    }
  }
})

suite('the check of documents', () => {
  test('carries variables, folders, files and background processes from block to block', async () => {
    const document = [
      '```sh\nnumber=42\nmkdir deep\ncd deep\n```',
      '```sh background\necho ready > ready.txt; echo ready; exec sleep 60\n```',
      '```json file=value.json\n{ "n": 1 }\n```',
      '```sh\necho "number $number"; cat ready.txt value.json\n```',
      '```text\nnumber 42\nready\n{ "n": … }\n```',
      '```js\nconsole.log(import.meta.url.slice(0, 4))\n```',
      "```ts\nconst url: string = 'a'\nconsole.log(url)\n```",
    ].join('\n\nWords.\n\n')
    assert.deepEqual(await faultsOf(document), [])
  })

  test('points at the block that fails, with what it printed', async () => {
    const [fault = '', ...others] = await faultsOf(
      'Words.\n```sh\ntrue\n```\n```sh\necho no such thing; false\n```\n```sh\ntrue\n```',
    )
    assert.match(fault, /^sample\.md:5 failed.*\nno such thing/)
    assert.deepEqual(others, [])
  })

  test('sees output that is not as promised', async () => {
    const [fault = ''] = await faultsOf('```sh\necho 2\n```\n```text\n1\n```')
    assert.match(fault, /^sample\.md:1 promised\n1\nbut printed\n2/)
  })

  test('checks the types of blocks that it does not run', async () => {
    const blocks = blocksIn('sample.md', '```ts no-run reason="takes a radio"\nconst n: number = "1"\n```')
    const errors = await inWorkspace(async (workspace) => workspace.typeErrors(blocks))
    assert.equal(errors.length, 1)
    assert.match(errors[0] ?? '', /^sample\.md:1, .*TS2322/)
    assert.deepEqual(stepsOf(blocks), [])
    assert.deepEqual(leftOut(blocks), ['sample.md:1: takes a radio'])
  })

  test('wants a reason for what is not run, and a language that it knows', () => {
    const blocks = blocksIn('sample.md', '```sh no-run\na\n```\n```bash\nb\n```\n````text\n```sh\n```\n````')
    assert.equal(blocks.length, 3)
    assert.deepEqual(
      markingFaults(blocks).map((fault) => fault.slice(0, 11)),
      ['sample.md:1', 'sample.md:4'],
    )
  })

  const promises: readonly (readonly [printed: string, promised: string, kept: boolean])[] = [
    ['a\nb\n', 'a\nb', true],
    ['a\nb\n', 'a', false],
    ['took 12 ms (fast)  ', 'took … ms (fast)', true],
    ['a\nb\nc\nd', 'a\n…\nd', true],
    ['a\nd', 'a\n…\nd', true],
    ['a\nb', 'a\n…\nd', false],
  ]
  for (const [printed, promised, kept] of promises) {
    test(`takes ${JSON.stringify(printed)} for ${JSON.stringify(promised)}: ${kept ? 'yes' : 'no'}`, () => {
      assert.equal(isAsPromised(printed, promised), kept)
    })
  }
})

function runsCurl(blocks: readonly Block[]): boolean {
  return stepsOf(blocks).some(({ block }) => block.language === 'sh' && /^\s*curl /m.test(block.text))
}

async function inWorkspace<Result>(work: (workspace: Workspace) => Promise<Result>): Promise<Result> {
  const workspace = new Workspace()
  try {
    return await work(workspace)
  } finally {
    workspace.remove()
  }
}

function faultsOf(document: string): Promise<string[]> {
  const blocks: Block[] = blocksIn('sample.md', document)
  return inWorkspace((workspace) => workspace.run(blocks))
}
