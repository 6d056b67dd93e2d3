/** Server-sent events, read from text that comes in any pieces. */

export interface ServerEvent {
  event: string;
  data: string;
}

export class EventReader {
  private rest = '';

  read(text: string): ServerEvent[] {
    const blocks = (this.rest + text).split('\n\n');
    this.rest = blocks.pop() ?? '';
    const found: ServerEvent[] = [];
    for (const block of blocks) {
      let event = 'message';
      const data: string[] = [];
      for (const line of block.split('\n')) {
        if (line.startsWith('event:')) event = line.slice(6).trim();
        else if (line.startsWith('data:')) data.push(line.slice(5).trimStart());
      }
      if (data.length > 0) found.push({ event, data: data.join('\n') });
    }
    return found;
  }
}
