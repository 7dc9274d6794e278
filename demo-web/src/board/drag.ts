import type { DragEvent } from 'react'

/** What marks a drag as one of our cards: anything else is not dropped here. */
export const CARD_TYPE = 'application/x-headwater-card'

export function dragCard(event: DragEvent, id: string): void {
  event.dataTransfer.setData(CARD_TYPE, id)
  event.dataTransfer.effectAllowed = 'move'
}

export function draggedCard(event: DragEvent): string | undefined {
  const id = event.dataTransfer.getData(CARD_TYPE)
  return id === '' ? undefined : id
}
