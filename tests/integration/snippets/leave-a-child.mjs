// Ends while its child, which holds no stream of ours, goes on.
import { spawn } from 'node:child_process';
import { once } from 'node:events';

const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true, stdio: 'ignore' });
await once(child, 'spawn');
process.exit(0);
