import { renderToString } from 'react-dom/server'
import { expect, test } from 'vitest'
import { createApplication, memoryStore } from '../../src/index.ts'
import { defineView, Headwater, useAggregate, useApplication, usePending, useSync, useView } from '../../src/react.ts'
import { Dog } from '../examples/dog.ts'

const count = defineView({ initial: 0, on: (events) => events + 1 })

function Everything() {
  const dog = useAggregate(Dog, 'fido')
  const view = useView(count)
  const { status } = useSync()
  return <p>{[dog.loading, dog.version, view.loading, view.state, status, usePending().length].join(' ')}</p>
}

test('on a server the hooks render what is initial, and start nothing', async () => {
  const application = createApplication({ name: 'School', aggregates: [Dog], store: memoryStore() })
  await application.execute(Dog, 'fido', 'register', 'Fido')
  const html = renderToString(
    <Headwater application={application}>
      <Everything />
    </Headwater>,
  )
  expect(html).toBe('<p>true -1 true 0 stopped 0</p>')
})

test('a hook without a provider above says so', () => {
  function Lost() {
    return <p>{useApplication().name}</p>
  }
  expect(() => renderToString(<Lost />)).toThrow('expected a <Headwater application={...}> above this component')
})
