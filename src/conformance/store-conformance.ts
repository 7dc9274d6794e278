import type { ConformanceCase } from './harness.ts'
import { appendCases } from './point-01-append.ts'
import { conflictCases } from './point-02-conflict.ts'
import { againCases } from './point-03-again.ts'
import { orderCases } from './point-04-order.ts'
import { emptyCases } from './point-05-empty.ts'
import { rangeCases } from './point-06-ranges.ts'
import { filterCases } from './point-06-filters.ts'
import { subscribeCases } from './point-07-subscribe.ts'
import { outcomeCases } from './point-08-outcome.ts'
import { closeCases } from './point-09-close.ts'
import { nameCases } from './point-10-names.ts'
import { dataCases } from './point-10-data.ts'

/** The store contract as cases: every adapter passes them all, or skips with a reason. */
export const storeConformance: readonly ConformanceCase[] = [
  ...appendCases,
  ...conflictCases,
  ...againCases,
  ...orderCases,
  ...emptyCases,
  ...rangeCases,
  ...filterCases,
  ...subscribeCases,
  ...outcomeCases,
  ...closeCases,
  ...nameCases,
  ...dataCases,
]
