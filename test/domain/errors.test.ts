import { expect, test } from 'vitest'
import { CommandRefused, HeadwaterError, IdConflict, VersionConflict } from '../../src/index.ts'

test('an error keeps its name when a minifier renames its class', () => {
  class A extends HeadwaterError {}
  class B extends CommandRefused {}
  class C extends VersionConflict {}
  class D extends IdConflict {}
  expect(String(new A('closed', 'it is closed'))).toBe('HeadwaterError: it is closed')
  expect(new B('full', 'it is full').name).toBe('CommandRefused')
  expect(new C('Dog-fido', 0, 1).name).toBe('VersionConflict')
  expect(new D('Dog-fido', 'an id').name).toBe('IdConflict')
})
