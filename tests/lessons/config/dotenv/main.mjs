// Settings from a .env file. What the environment already has wins, so that one file serves everywhere.
import dotenv from 'dotenv';
import { readFileSync } from 'node:fs';

dotenv.config({ quiet: true });
const { DATABASE_URL, GREETING, PORT, EMPTY } = process.env;
console.log({ DATABASE_URL, GREETING, PORT, EMPTY });

console.log('the file alone:', dotenv.parse(readFileSync('.env')));
