import { decoratorStory } from './story.ts'

await decoratorStory()
process.stdout.write('ok')
