/** Texts on a map: each near its place, none upon another. */

export interface Box {
  x: number;
  y: number;
  width: number;
  height: number;
}
export interface Wanted {
  name: string;
  x: number;
  y: number;
  width: number;
  height: number;
}
export interface Placed extends Box {
  name: string;
  /** From the place to its text, where they are apart. */
  leader: [number, number, number, number] | null;
}

const GAP = 2;

export function overlaps(a: Box, b: Box, gap = GAP): boolean {
  return (
    a.x < b.x + b.width + gap &&
    b.x < a.x + a.width + gap &&
    a.y < b.y + b.height + gap &&
    b.y < a.y + a.height + gap
  );
}

function inside(box: Box, frame: Box): boolean {
  return (
    box.x >= frame.x &&
    box.y >= frame.y &&
    box.x + box.width <= frame.x + frame.width &&
    box.y + box.height <= frame.y + frame.height
  );
}

/** Places texts in order, the important ones first; what finds no room is left out. */
export function placeLabels(
  wanted: readonly Wanted[],
  frame: Box,
  obstacles: readonly Box[] = [],
): Placed[] {
  const taken: Box[] = [...obstacles];
  const placed: Placed[] = [];
  for (const one of wanted) {
    const box = freeBox(one, frame, taken);
    if (box === null) continue;
    const nearX = Math.min(Math.max(one.x, box.x), box.x + box.width);
    const nearY = Math.min(Math.max(one.y, box.y), box.y + box.height);
    const far = Math.hypot(nearX - one.x, nearY - one.y) > 14;
    placed.push({ ...box, name: one.name, leader: far ? [one.x, one.y, nearX, nearY] : null });
    taken.push(box);
  }
  return placed;
}

function freeBox(one: Wanted, frame: Box, taken: readonly Box[]): Box | null {
  for (const distance of [7, 12, 18, 26, 36, 48, 64, 84, 110, 150]) {
    for (let turn = 0; turn < 16; turn += 1) {
      // Right, left, below, above first; then the directions between them.
      const angle = ([0, 8, 4, 12, 2, 6, 10, 14, 1, 3, 5, 7, 9, 11, 13, 15][turn] ?? 0) * (Math.PI / 8);
      const across = Math.cos(angle);
      const down = Math.sin(angle);
      const x = one.x + across * (distance + one.width / 2) - one.width / 2;
      const box: Box = {
        x: Math.min(Math.max(x, frame.x), frame.x + frame.width - one.width),
        y: one.y + down * (distance + one.height / 2) - one.height / 2,
        width: one.width,
        height: one.height,
      };
      if (inside(box, frame) && !taken.some((other) => overlaps(box, other))) return box;
    }
  }
  return null;
}
