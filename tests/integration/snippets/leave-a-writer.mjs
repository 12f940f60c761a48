// Ends while a child of its own goes on writing a file.
import { spawn } from 'node:child_process';
import { statSync } from 'node:fs';

const source = `
  const fs = require('fs');
  const file = fs.openSync('numbers', 'w');
  for (let i = 0; ; ++i) fs.writeSync(file, String(i).repeat(10), i % 1000);`;
spawn(process.execPath, ['-e', source], { detached: true, stdio: 'ignore' });
const timer = setInterval(() => {
  if (!statSync('numbers', { throwIfNoEntry: false })?.size) return;
  clearInterval(timer);
  process.exit(0);
}, 1);
