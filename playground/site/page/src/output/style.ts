// Select Graphic Rendition: what the `m` sequences of a terminal do to the text after them.

/** A colour of the sixteen (0 to 15), or any other as CSS; null is the default. */
export type Color = number | string | null;
export interface Style {
  readonly foreground: Color;
  readonly background: Color;
  readonly bold: boolean;
  readonly dim: boolean;
  readonly italic: boolean;
  readonly underline: boolean;
  readonly strike: boolean;
  readonly inverse: boolean;
}

export const plain: Style = {
  foreground: null,
  background: null,
  bold: false,
  dim: false,
  italic: false,
  underline: false,
  strike: false,
  inverse: false,
};

const levels = [0, 95, 135, 175, 215, 255] as const;

function tableColor(index: number): Color {
  if (index < 16) return index;
  if (index >= 232) return rgb(8 + (index - 232) * 10, 8 + (index - 232) * 10, 8 + (index - 232) * 10);
  const cube = index - 16;
  return rgb(levels[Math.floor(cube / 36)]!, levels[Math.floor(cube / 6) % 6]!, levels[cube % 6]!);
}

const rgb = (red: number, green: number, blue: number): string => `rgb(${red} ${green} ${blue})`;
const isByte = (value: number | undefined): value is number => value !== undefined && value >= 0 && value <= 255;

// 38;5;N and 38;2;R;G;B. The parser gives the latter a colour space of 0 before R, as the standard has it.
function extended(codes: number[], at: number): { color: Color | undefined; used: number } {
  if (codes[at] === 5) {
    const index = codes[at + 1];
    return { color: isByte(index) ? tableColor(index) : undefined, used: 2 };
  }
  if (codes[at] !== 2) return { color: undefined, used: 1 };
  const skip = codes.length - at >= 5 ? 2 : 1;
  const [red, green, blue] = codes.slice(at + skip, at + skip + 3);
  return { color: isByte(red) && isByte(green) && isByte(blue) ? rgb(red, green, blue) : undefined, used: skip + 3 };
}

/** The style after the sequence with PARAMETERS. Blinking and hidden text are not imitated: text stays readable. */
export function restyle(before: Style, parameters: string[]): Style {
  const codes = (parameters.length ? parameters : ['0']).map(Number);
  let style = before;
  for (let i = 0; i < codes.length; ++i) {
    const code = codes[i]!;
    if (code === 0) style = plain;
    else if (code === 1) style = { ...style, bold: true };
    else if (code === 2) style = { ...style, dim: true };
    else if (code === 3) style = { ...style, italic: true };
    else if (code === 4) style = { ...style, underline: true };
    else if (code === 7) style = { ...style, inverse: true };
    else if (code === 9) style = { ...style, strike: true };
    else if (code === 22) style = { ...style, bold: false, dim: false };
    else if (code === 23) style = { ...style, italic: false };
    else if (code === 24) style = { ...style, underline: false };
    else if (code === 27) style = { ...style, inverse: false };
    else if (code === 29) style = { ...style, strike: false };
    else if (code >= 30 && code <= 37) style = { ...style, foreground: code - 30 };
    else if (code === 39) style = { ...style, foreground: null };
    else if (code >= 40 && code <= 47) style = { ...style, background: code - 40 };
    else if (code === 49) style = { ...style, background: null };
    else if (code >= 90 && code <= 97) style = { ...style, foreground: code - 82 };
    else if (code >= 100 && code <= 107) style = { ...style, background: code - 92 };
    else if (code === 38 || code === 48) {
      const { color, used } = extended(codes, i + 1);
      i += used;
      if (color !== undefined) style = code === 38 ? { ...style, foreground: color } : { ...style, background: color };
    }
  }
  return style;
}
