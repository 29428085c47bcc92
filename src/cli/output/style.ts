/** The few styles the command uses; every one gives the text back as it is where colours aren't shown. */
interface Style {
  bold(text: string): string;
  dim(text: string): string;
  red(text: string): string;
  green(text: string): string;
  yellow(text: string): string;
  cyan(text: string): string;
}

const paint =
  (colour: boolean, open: number, close: number) =>
  (text: string): string =>
    colour ? `\u001b[${open}m${text}\u001b[${close}m` : text;

export function styleFor(colour: boolean): Style {
  return {
    bold: paint(colour, 1, 22),
    dim: paint(colour, 2, 22),
    red: paint(colour, 31, 39),
    green: paint(colour, 32, 39),
    yellow: paint(colour, 33, 39),
    cyan: paint(colour, 36, 39),
  };
}
