// A program that does not listen to SIGTERM is ended by it at once: no "exit" event, nothing finished, nothing closed.
import { setTimeout as sleep } from 'node:timers/promises';

process.on('exit', () => console.log('never printed'));
const work = sleep(5000).then(() => console.log('never printed either'));

console.log('the work begins');
process.kill(process.pid, 'SIGTERM');
await work;
