import { setTimeout } from 'node:timers/promises';

for (const byte of Buffer.from('🦊\n')) {
  process.stdout.write(Buffer.from([byte]));
  await setTimeout(10);
}
