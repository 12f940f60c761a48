// What parked.cjs loads so that loading a program's modules is not the first time that Node does so.
import { readFileSync } from 'node:fs';

export default readFileSync;
