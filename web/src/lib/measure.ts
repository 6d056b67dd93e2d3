/** How wide a text is drawn, in pixels. */

let context: CanvasRenderingContext2D | null | undefined;

export function textWidth(text: string, size: number, weight = 500): number {
  if (context === undefined) context = document.createElement('canvas').getContext('2d');
  if (context === null) return text.length * size * 0.6;
  const family = getComputedStyle(document.documentElement).getPropertyValue('--sans') || 'sans-serif';
  context.font = `${weight} ${size}px ${family}`;
  return context.measureText(text).width;
}

/** A text in lines of at most so many pixels; the last is cut short where they are too many. */
export function wrapText(text: string, size: number, width: number, most: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (line !== '' && textWidth(longer, size) > width) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  if (line !== '') lines.push(line);
  if (lines.length <= most) return lines;
  const kept = lines.slice(0, most);
  kept[most - 1] = `${kept[most - 1]} …`;
  return kept;
}
